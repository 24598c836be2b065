"""The types of the ActivityStreams vocabulary that the format knows, and the members it reads.

Must not live here: how a member is read (members.py), what a type becomes.
"""

from __future__ import annotations

from ingestion.mapping.shape import field_names, shape

ACTIVITIES = sorted(
    field_names(
        """
        Accept Add Announce Arrive Block Create Delete Dislike Flag Follow Ignore Invite Join Leave
        Like Listen Move Offer Read Reject Remove TentativeAccept TentativeReject Travel Undo Update View
        """
    )
)
# What stands until it is taken back: done twice it is the same. Every other activity may happen again.
STANDING = sorted(
    field_names(
        """
        Accept Add Announce Block Dislike Follow Ignore Invite Join Like Offer Reject TentativeAccept
        TentativeReject
        """
    )
)
OBJECTS = ["Article", "Audio", "Document", "Event", "Image", "Note", "Page", "Question", "Video"]
ACTORS = ["Application", "Group", "Organization", "Person", "Service"]
COLLECTIONS = ["Collection", "CollectionPage", "OrderedCollection", "OrderedCollectionPage"]
# Nobody did or wrote anything by these.
WITHOUT_ROWS = ["Hashtag", "Link", "Mention", "Place", "Profile", "Relationship"]
TOMBSTONE = "Tombstone"
KNOWN = [*ACTIVITIES, *OBJECTS, *ACTORS, *COLLECTIONS, *WITHOUT_ROWS, TOMBSTONE]

# A reaction by emoji, of servers that go beyond the vocabulary, is a Like in its words.
SYNONYMS = {"EmojiReact": "Like"}

# how servers write whom the public is, as a pattern
PUBLIC = r"(?:https?://www\.w3\.org/ns/activitystreams#|as:)?Public"

# Every member may be a text, an object or a list, so each is read as text and looked into by need.
SHAPE = shape(
    """
    id @id type @type actor attributedTo object target
    to cc bto bcc audience
    published updated startTime deleted
    name nameMap summary content contentMap location
    inReplyTo tag attachment url icon oneOf anyOf
    quote quoteUrl quoteUri _misskey_quote
    likes shares replies
    preferredUsername alsoKnownAs movedTo suspended formerType
    """
)
# Known, and of no use here.
FURTHER_FIELDS = field_names(
    """
    @context assertionMethod atomUri attributionDomains blurhash capabilities closed context conversation
    current devices discoverable duration endpoints endTime featured featuredTags first followers following
    generator height hreflang image inbox inReplyToAtomUri indexable instrument interactionPolicy items last
    manuallyApprovesFollowers mediaType memorial next orderedItems origin outbox partOf prev preview proof
    publicKey radius rel relationship result sensitive showFeatured signature source streams subject
    summaryMap totalItems units votersCount width
    """
)
