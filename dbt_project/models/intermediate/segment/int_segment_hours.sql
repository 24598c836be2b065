{{ segment_hours(ref('int_customer_hours')) }}
