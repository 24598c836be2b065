-- Every rate and share of a segment lies between nobody and everybody, and the doubt around presence is in order:
-- a figure outside would mean that numerator and denominator speak of different people.
select
    period_month,
    segmentation,
    segment,
    network,
    presence_rate,
    active_rate
from {{ ref('segment_presence') }}
where
    not presence_rate between 0 and 1
    or not presence_rate_low between 0 and presence_rate_expected
    or not presence_rate_high between presence_rate_expected and 1
    or not active_rate between 0 and 1
    or not primary_share_active between 0 and 1
    or not primary_share_passive between 0 and 1
    or not connected_customers_share between 0 and 1
    or not brand_follower_rate between 0 and 1
    or customers_present > customers
    or customers_active > contributors
    or contributors > customers
