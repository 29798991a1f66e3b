"""Addresses under /questionnaires/: the editor of the secretariat."""

from django.urls import path

from questionnaires.views import bank, editor, publishing

app_name = "questionnaires"

urlpatterns = [
    path("", editor.index, name="index"),
    path("nouveau/", editor.create, name="create"),
    path("questions/", bank.index, name="bank"),
    path("questions/nouvelle/", bank.create, name="new_question"),
    path("questions/<slug:code>/", bank.edit, name="question"),
    path("<slug:code>/", editor.edit, name="edit"),
    path("<slug:code>/titre/", editor.settings, name="settings"),
    path("<slug:code>/ordre/", editor.arrange, name="arrange"),
    path("<slug:code>/sections/nouvelle/", editor.new_section, name="new_section"),
    path("<slug:code>/sections/<slug:section>/", editor.section, name="section"),
    path("<slug:code>/sections/<slug:section>/ajouter/", editor.add, name="add"),
    path("<slug:code>/question/<slug:question>/", editor.place, name="place"),
    path("<slug:code>/apercu/", publishing.preview, name="preview"),
    path("<slug:code>/publier/", publishing.publish, name="publish"),
    path("<slug:code>/versions/", publishing.versions, name="versions"),
    path("<slug:code>/versions/<int:number>/", publishing.version, name="version"),
]
