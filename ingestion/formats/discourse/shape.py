"""The fields that are read of a record of Discourse, of a page around records, and those known and not read."""

from __future__ import annotations

from ingestion.mapping.shape import field_names, shape

_USER = shape("id username name avatar_template")

RECORD = shape(
    """
    *user
    # a post
    topic_id topic_title post_number post_type reply_to_post_number category_id
    cooked raw locale created_at deleted_at hidden user_deleted
    user_id admin moderator staff
    actions_summary[]: id count
    reply_count quote_count reads
    accepted_answer
    # a member
    email bio_raw bio_cooked website location timezone profile_hidden suspended_at
    post_count total_followers total_following
    user_fields
    associated_accounts[]: name description
    # an item of the directory
    user: *user
    # an action
    action_type acting_user_id post_id deleted
    # a row in a list of topics
    title posts_count
    # what tells other endpoints
    category_list grouped_search_result notifications groups badges post_action_types about uploaded_avatar_id
    # fields of people and comments on other platforms, which have id and username, too
    biography category fan_count followers_count ig_id timestamp
    """,
    user=_USER,
)

PAGE = shape(
    """
    id title views archetype category_id deleted_at
    tags[]
    accepted_answer: post_number accepter_username
    details:
        created_by: id username
        participants[]: *user
    post_stream:
        posts[]: id post_number
        stream[]
    """,
    user=_USER,
)

PAGES = (
    "/post_stream/posts",
    "/latest_posts",
    "/topic_list/topics",
    "/users",
    "/user",
    "/user_actions",
    "/directory_items",
)
SIGNS_OF_PAGES = field_names("errors error_type")
ENVELOPE = field_names("extras message success failed action")

KNOWN = field_names(
    """
    acting_avatar_template acting_name acting_username action_code active actions archived archetype
    avg_time bio_excerpt blocked blurb bookmarked bookmarks bumped bumped_at can_delete can_edit
    can_recover can_see_hidden_post can_view_edit_history can_wiki closed created_at_age custom_fields
    days_visited display_username draft_username edit_reason excerpt fancy_title featured_link
    featured_user_id flair_bg_color flair_color flair_group_id flair_name flair_url flag_level
    has_accepted_answer has_best_of has_summary hidden_reason_id highest_post_number image_url
    incoming_link_count last_emailed_age last_emailed_at last_posted_at last_poster_username
    last_read_post_number last_seen_age last_seen_at like_count liked likes_given likes_received
    link_counts new_posts notification_level original_post participants period pinned pinned_globally
    polls posters posts_read_count primary_group_flair_bg_color primary_group_flair_color
    primary_group_flair_url primary_group_id primary_group_name read readers_count reply_to_user
    reviewable_id score silenced_till slug staged starred status suspended suspended_till tags
    tags_descriptions target_name target_user_id target_username time_read title topic_count
    topic_html_title topic_slug topics_entered trust_level trust_level_locked unpinned unread unseen
    updated_at user_title username_lower version views visible wiki yours
    """
)
KNOWN_OF_PAGES = field_names(
    """
    actions_summary archived bookmarked bookmarks chunk_size closed created_at current_post_number
    deleted_by draft draft_key draft_sequence excerpt fancy_title featured_link has_best_of has_deleted
    has_summary highest_post_number image_url last_posted_at like_count message_bus_last_id meta
    participant_count pinned pinned_at pinned_globally pinned_until posts_count primary_groups
    flair_groups related_topics reply_count show_read_indicator slow_mode_seconds slug suggested_topics
    tags_descriptions thumbnails timeline_lookup topic_timer unpinned user_badges user_id visible
    word_count load_more_directory_items no_results_help badges badge_types
    """
)
