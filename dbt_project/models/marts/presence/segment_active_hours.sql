{{ heat_map(
    ref('int_segment_hours'), ref('int_segment_modes'), ref('int_customer_hours'), ref('int_network_months')
) }}
