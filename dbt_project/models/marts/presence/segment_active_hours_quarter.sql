{{ heat_map(
    ref('int_segment_quarter_hours'), ref('int_segment_quarter_modes'), ref('int_customer_quarter_hours'),
    ref('int_network_quarters')
) }}
