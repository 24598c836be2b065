{{ segment_modes(ref('int_customer_quarter_hours')) }}
