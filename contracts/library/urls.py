"""The addresses of the library; they stay stable."""

from __future__ import annotations

from django.urls import URLPattern, path

from contracts.library.views import clauses, templates

app_name = "library"

CLAUSES = "travail/conventions/clauses/"
CLAUSE = CLAUSES + "<slug:code>/"
VERSION = CLAUSE + "v<int:number>/"
TEMPLATES = "travail/conventions/modeles/"
TEMPLATE = TEMPLATES + "<slug:code>/"
TEMPLATE_VERSION = TEMPLATE + "v<int:number>/"

urlpatterns: list[URLPattern] = [
    path(CLAUSES, clauses.index, name="index"),
    path(CLAUSES + "nouvelle/", clauses.new, name="new_clause"),
    path(CLAUSE, clauses.clause, name="clause"),
    path(CLAUSE + "nouvelle-version/", clauses.new_version, name="new_clause_version"),
    path(VERSION, clauses.version, name="clause_version"),
    path(VERSION + "rediger/", clauses.edit, name="edit_clause"),
    path(VERSION + "apercu/", clauses.preview, name="preview_clause"),
    path(VERSION + "<slug:act>/", clauses.move, name="move_clause"),
    path(TEMPLATES, templates.index, name="templates"),
    path(TEMPLATES + "nouveau/", templates.new, name="new_template"),
    path(TEMPLATE, templates.template, name="template"),
    path(TEMPLATE + "nouvelle-version/", templates.new_version, name="new_template_version"),
    path(TEMPLATE_VERSION, templates.version, name="template_version"),
    path(TEMPLATE_VERSION + "rediger/", templates.edit, name="edit_template"),
    path(TEMPLATE_VERSION + "clauses/", templates.arrange, name="arrange"),
    path(TEMPLATE_VERSION + "apercu/", templates.preview, name="preview_template"),
    path(TEMPLATE_VERSION + "<slug:act>/", templates.move, name="move_template"),
]
