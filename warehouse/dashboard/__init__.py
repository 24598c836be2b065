"""What people look at: the report of a publication and the dashboard, made of published marts, read only.

Lives here: queries (queries/), charts (charts/), sentences, pages (pages/), the server. Must not live here: a
figure's formula (dbt_project/models/marts/). What reads `people` lies in queries/people/ and is for the dashboard
alone: the report holds nobody.
"""
