{# How an activity publishes: the first that fits of reshare, check_in, poll, video, photo, link, text. The row needs
   activity_type, object_type, attachment_types and links. #}
{% macro content_format() -%}
    case
        when activity_type = 'Announce' then 'reshare'
        when activity_type = 'Arrive' or object_type = 'Place' then 'check_in'
        when object_type = 'Question' or array_contains(attachment_types, 'poll') then 'poll'
        when array_contains(attachment_types, 'video') then 'video'
        when array_contains(attachment_types, 'image') then 'photo'
        when {{ has_element('links') }} or array_contains(attachment_types, 'link') then 'link'
        else 'text'
    end
{%- endmacro %}
