{{ segment_modes(ref('int_customer_hours')) }}
