"""What people look at: the report of a publication, made of published marts, read only.

Lives here: queries (queries/), charts (charts/), sentences, the page. Must not live here: a figure's formula
(dbt_project/models/marts/), anything that reads `people`.
"""
