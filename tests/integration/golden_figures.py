"""The figures of golden_company.py, typed by hand.

The arithmetic, for May (31 days) and June 2026 (30 days: 30/7 weeks), cells of at least 2:

Customers. Ada, Ben, Cem, Dee, Gus and Kim have ordered before June (Dee in its last minute: the order of
account a4 falls to its primary contact). Fay was seen as Customer on 31 May and as Former on 30 June: May
only. Eli is a Customer since 10 June: June only. Hal is a lead, Jon was deleted in the CRM, order o13 names
a contact nobody knows. So 7 in May and 7 in June.

Value, June. Orders since 1 July 2025: Ada 70 (100 − 10 − 15 − 5) + 90 (100 dollars at 0.9) + 40 (Ida's,
merged into her) = 200; Ben 60 + 20 = 80; Cem 30; Dee 500; Gus one of unknown amount. Scores of five buyers
are 1 2 3 4 5 by rank, ties the lower:
    recency  Gus 171 days 1, Cem 61 2, Dee 30 3, Ben 20 4, Ada 10 5
    orders   Cem, Dee, Gus 1 each 1, Ben 2 4, Ada 3 5
    amount   Gus unknown 1, Cem 30 2, Ben 80 3, Ada 200 4, Dee 500 5
    sums     Ada 14 top, Ben 11 high, Dee 9 medium, Cem 5 low, Gus 3 low; Eli and Kim inactive.
Cells below 2: top, high and medium go; they are three and hide 3 ≥ 2 people. On x of the inactive only Eli
contributes: they go, too; then low is the only one left, and goes as well. On the forum low (Cem, Gus) and
inactive (no contributor) stay.

Presence on x, June: Ada (two profiles), Ben, Eli: 3/7. In May Eli is no customer and Ada's second profile
not made. Doubt on x, June: q is 1 − 0.0001 · 0.02 = 0.999998 for Ada, 1 − 0.04 · 5/13 = 0.984615385 for Ben
(his own 0.96, and 8/13 of xq), 3/13 = 0.230769231 for Cem, 0.95 for Eli. Σ q = 3.165382616, /7 =
0.452197516… Σ q(1 − q) = 0.000002 + 0.015147929 + 0.177514793 + 0.0475 = 0.240164722, its root 0.490066039,
× 1.96 = 0.960529436: bounds (3.165382616 ∓ 0.960529436)/7 = 0.314979026 and 0.589416007.

Sampling error of presence on x, June, by Wilson: 3 of 7: (3/7 + 1.9208/7) / (1 + 3.8416/7) = 0.702971429/1.5488 =
0.453881346; 1.96·√(0.244897959/7 + 0.9604/49)/1.5488 = 0.295664424: 0.158216922 to 0.749545770. Of 2 of 7
0.082217166 to 0.641070910, of 4 of 7 0.250454230 to 0.841783078, of 5 of 7 0.358929090 to 0.917782834, of none 0
to 0.354338843.

Use of x, June: Ada 120 posts, Ben 2 (his like was undone, his post of 2031 is none of June), Eli 1: 123 of
3 present: 123/3 ÷ 30/7 = 9.566666667. Eli's hour is unknown: 1. Ada posts at 23, 0, 0 and 7 o'clock: the
windows from 22 and from 23 hold 90, 22 is smaller; 90 of 122 = 0.737704918. Her posts of 0 o'clock fall on
the next day: Tuesday has 2 · 5 (five Tuesdays) + 2 · 5 (five Mondays before) = 20, Monday and Wednesday 18.
Use of x, May: Ben's one post of 31 May 23:59 UTC: 1/2 ÷ 31/7 = 0.112903226.

Followers on x: May: Ada 100, Ben 50: 75. June: the larger profile of Ada 300, Ben 50 (9000 was seen in
July): 175. Connections on x, June: Ada has xbrand, xb (both ways, once) and xe: 3, of which 2 are
customers; Ben has xa1 and xa2: 2 (xh ended on 20 June); Eli has xa2: 1. 6/3 = 2 on average, 5/6 customers;
1 of 7 follows the brand. May: Ada has xbrand, Ben has xh: 2/2 = 1, 0/2 customers.

Forum: Cem and Gus (first active on 3 June), June 2/7; May: Cem and Kim (deleted on 15 June) 2/7. Doubt of
two customers of 0.95: Σ q = 1.9, Σ q(1 − q) = 0.095, root 0.308220700 × 1.96 = 0.604112572: 0.271428571,
0.185126775, 0.357730367. June: a post and a like: 2/2 ÷ 30/7 = 0.233333333; as much for Cem's two reads.
Gus lives in the USA, which have more than one zone: 1 hour unknown.
"""

from __future__ import annotations

import datetime as dt

MAY, JUNE = dt.date(2026, 5, 1), dt.date(2026, 6, 1)
MIN_CELL = 2

MEASURES = (
    "customers",
    "contributors",
    "customers_present",
    "presence_rate",
    "presence_rate_low",
    "presence_rate_high",
    "presence_rate_expected",
    "presence_rate_expected_low",
    "presence_rate_expected_high",
    "link_recall",
    "customers_active",
    "activities_active",
    "active_rate",
    "active_per_week",
    "active_per_week_low",
    "active_per_week_high",
    "customers_passive",
    "passive_per_week",
    "primary_weekday_active",
    "primary_weekday_passive",
    "primary_hour_active",
    "primary_hour_passive",
    "primary_share_active",
    "primary_share_passive",
    "local_time_unknown",
    "followers_median",
    "connections_avg",
    "connected_customers_share",
    "brand_follower_rate",
)

# The whole of segmentation `all`: what is not named is NULL. Where only one customer is behind a figure (Ben's
# post of May, the follower of the brand, the hours unknown on x and on the forum, Cem's reads), it is hidden by
# itself.
ALL_CUSTOMERS: dict[tuple[dt.date, str], dict[str, float]] = {
    (MAY, "x"): {
        "customers": 7,
        "contributors": 2,
        "customers_present": 2,
        "presence_rate": 0.285714286,
        "presence_rate_low": 0.082217166,
        "presence_rate_high": 0.64107091,
        # Ada 0.9999, Ben 0.984615385, Cem 0.230769231: 2.215284615/7;
        # variance 0.00009999 + 0.015147929 + 0.177514793 = 0.192762712, root 0.439047505 × 1.96 = 0.860533110
        "presence_rate_expected": 0.316469231,
        "presence_rate_expected_low": 0.193535929,
        "presence_rate_expected_high": 0.439402532,
        "link_recall": 0.9,
        "local_time_unknown": 0,
        "followers_median": 75,
        "connections_avg": 1,
        "connected_customers_share": 0,
    },
    (JUNE, "x"): {
        "customers": 7,
        "contributors": 3,
        "customers_present": 3,
        "presence_rate": 0.428571429,
        "presence_rate_low": 0.158216922,
        "presence_rate_high": 0.74954577,
        "presence_rate_expected": 0.452197516,
        "presence_rate_expected_low": 0.314979026,
        "presence_rate_expected_high": 0.589416007,
        "link_recall": 0.9,
        "customers_active": 3,
        "activities_active": 123,
        "active_rate": 0.428571429,
        "active_per_week": 9.566666667,
        # 120, 2 and 1 of a mean of 41: Σ(x − 41)² = 9362; 1.96·√(9362 · 3/2)/3 = 77.421115; (41 ∓ that) ÷ 30/7
        "active_per_week_low": 0,
        "active_per_week_high": 27.631815746,
        "primary_weekday_active": 2,
        "primary_hour_active": 22,
        "primary_share_active": 0.737704918,
        "followers_median": 175,
        "connections_avg": 2,
        "connected_customers_share": 0.833333333,
    },
    (MAY, "forum"): {
        "customers": 7,
        "contributors": 2,
        "customers_present": 2,
        "presence_rate": 0.285714286,
        "presence_rate_low": 0.082217166,
        "presence_rate_high": 0.64107091,
        "presence_rate_expected": 0.271428571,
        "presence_rate_expected_low": 0.185126775,
        "presence_rate_expected_high": 0.357730367,
        # the model's own: of the candidates' probability, all is of accepted links
        "link_recall": 1,
        "customers_active": 0,
        "activities_active": 0,
        "active_rate": 0,
        "active_per_week": 0,
        "active_per_week_low": 0,
        "active_per_week_high": 0,
        "customers_passive": 0,
        "passive_per_week": 0,
        "local_time_unknown": 0,
    },
    (JUNE, "forum"): {
        "customers": 7,
        "contributors": 2,
        "customers_present": 2,
        "presence_rate": 0.285714286,
        "presence_rate_low": 0.082217166,
        "presence_rate_high": 0.64107091,
        "presence_rate_expected": 0.271428571,
        "presence_rate_expected_low": 0.185126775,
        "presence_rate_expected_high": 0.357730367,
        "link_recall": 1,
        "customers_active": 2,
        "activities_active": 2,
        "active_rate": 0.285714286,
        "active_per_week": 0.233333333,
        "active_per_week_low": 0.233333333,
        "active_per_week_high": 0.233333333,
    },
    # A blog that nobody of them writes: seen in May, so nobody is a fact; not seen in June.
    (MAY, "blog"): {
        "customers": 7,
        "contributors": 0,
        "customers_present": 0,
        "presence_rate": 0,
        "presence_rate_low": 0,
        "presence_rate_high": 0.354338843,
        "presence_rate_expected": 0,
        "presence_rate_expected_low": 0,
        "presence_rate_expected_high": 0,
        "customers_active": 0,
        "activities_active": 0,
        "active_rate": 0,
        "local_time_unknown": 0,
    },
    (JUNE, "blog"): {"customers": 7},
    # All networks, each customer once. May: Ada, Ben, Cem, Kim are present. Cem is it on x with 3/13, on the
    # forum with 0.95: 1 − 10/13 · 0.05 = 0.961538462. Σ q = 0.9999 + 0.984615385 + 0.961538462 + 0.95 =
    # 3.896053846; Σ q(1 − q) = 0.00009999 + 0.015147929 + 0.036982249 + 0.0475 = 0.099730168, root 0.315801 ×
    # 1.96 = 0.618970: /7. Nobody audited the forum, so recall is the model's: links of 0.9999 + 0.96 + 1.9 among
    # 4.706053846 (8/13 and 3/13 of xq, too).
    (MAY, "all"): {
        "customers": 7,
        "contributors": 4,
        "customers_present": 4,
        "presence_rate": 0.571428571,
        "presence_rate_low": 0.25045423,
        "presence_rate_high": 0.841783078,
        "presence_rate_expected": 0.556579121,
        "presence_rate_expected_low": 0.468154887,
        "presence_rate_expected_high": 0.645003355,
        "link_recall": 0.82019886,
        "customers_passive": 0,
        "passive_per_week": 0,
        "local_time_unknown": 0,
        "followers_median": 75,
        "connections_avg": 0.5,
        "connected_customers_share": 0,
    },
    # June: Ada, Ben, Eli on x, Cem, Gus on the forum. Σ q = 0.999998 + 0.984615385 + 0.961538462 + 0.95 + 0.95;
    # links of 0.9999 + 0.98 + 0.96 + 0.95 + 1.9 among 6.636053846. 125 activities of 5 present; by customer 120,
    # 2, 1, 1, 1 of a mean of 25: Σ(x − 25)² = 11282; 1.96·√(11282 · 5/4)/5 = 46.551549. Ada, Ben, Eli have
    # 3 + 2 + 1 counterparts.
    (JUNE, "all"): {
        "customers": 7,
        "contributors": 5,
        "customers_present": 5,
        "presence_rate": 0.714285714,
        "presence_rate_low": 0.35892909,
        "presence_rate_high": 0.917782834,
        "presence_rate_expected": 0.692307407,
        "presence_rate_expected_low": 0.584905532,
        "presence_rate_expected_high": 0.799709281,
        "link_recall": 0.872491413,
        "customers_active": 5,
        "activities_active": 125,
        "active_rate": 0.714285714,
        "active_per_week": 5.833333333,
        "active_per_week_low": 0,
        "active_per_week_high": 16.695361047,
        "primary_weekday_active": 2,
        "primary_hour_active": 22,
        "primary_share_active": 0.731707317,
        "local_time_unknown": 2,
        "followers_median": 175,
        "connections_avg": 1.2,
        "connected_customers_share": 0.833333333,
    },
}

# Other segmentations in June, as far as they are shown: customers, present, expected, active, active per
# week, unknown hours. region: Ada and Ben north, Cem, Dee and Gus south, Eli and Kim (whose assignment ended
# with May) unassigned. On x Eli alone contributes of the unassigned: hidden; north goes with it by name, and
# then south is the only one left.
SHOWN_IN_JUNE = {
    ("region", "north", "forum"): (2, 0, 0.0, 0, None, 0),
    # Cem and Gus of three: 1.9/3; a post and a like of two present in 30/7 weeks
    ("region", "south", "forum"): (3, 2, 0.633333333, 2, 0.233333333, None),
    ("region", "unassigned", "forum"): (2, 0, 0.0, 0, None, 0),
    ("region", "north", "blog"): (2, None, None, None, None, None),
    ("region", "south", "blog"): (3, None, None, None, None, None),
    ("region", "unassigned", "blog"): (2, None, None, None, None, None),
    ("value", "low", "forum"): (2, 2, 0.95, 2, 0.233333333, None),
    ("value", "inactive", "forum"): (2, 0, 0.0, 0, None, 0),
    ("value", "low", "blog"): (2, None, None, None, None, None),
    ("value", "inactive", "blog"): (2, None, None, None, None, None),
}
