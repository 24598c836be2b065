{%- set least_posts = 5 %}
-- What language a profile posts in: that of two thirds of its own posts that name one, of {{ least_posts }} or more.
-- Most platforms say of posts what language they are in, and of their authors nothing. English is left out: people
-- of every country post in it.

with activities as (
    select * from {{ ref('stg_activities') }}
),

counted as (
    select
        'profile:' || network || ':' || actor_profile_id as persona_id,
        {{ primary_language('language') }} as language,
        count(*) as posts
    from activities
    where
        activity_type = 'Create'
        and not is_reversed
        and actor_profile_id is not null
        -- undetermined, several, none
        and {{ primary_language('language') }} not in ('und', 'mul', 'zxx')
    group by all
)

select
    persona_id,
    arg_max(language, posts) as language
from counted
group by persona_id
having sum(posts) >= {{ least_posts }} and 3 * max(posts) >= 2 * sum(posts) and arg_max(language, posts) <> 'en'
