{{ segment_hours(ref('int_customer_quarter_hours')) }}
