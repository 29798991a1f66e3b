"""Addresses of the committee: its public calendar and members, its sessions, and its work on a dossier."""

from django.urls import path

from committee.views import agenda, answering, asked, calendar, dossier, interests, members, papers, reports, sessions, votes

app_name = "committee"

urlpatterns = [
    path("dossiers/<slug:reference>/comite/", dossier.dossier, name="dossier"),
    # --- members and interests (A) ---
    path("cesrees/", members.public, name="public"),
    path("comite/membres/", members.members, name="members"),
    path("comite/membres/ajouter/", members.add, name="member_add"),
    path("comite/membres/<int:pk>/", members.member, name="member"),
    path("comite/membres/<int:pk>/modifier/", members.edit, name="member_edit"),
    path("comite/membres/<int:pk>/mandats/ajouter/", members.mandate_add, name="mandate_add"),
    path("comite/membres/<int:pk>/mandats/<int:mandate>/fin/", members.mandate_end, name="mandate_end"),
    path("comite/membres/<int:pk>/fonctions/ajouter/", members.office_add, name="office_add"),
    path("comite/membres/<int:pk>/fonctions/<int:office>/fin/", members.office_end, name="office_end"),
    path("comite/membres/<int:pk>/declaration/", members.declaration, name="member_declare"),
    path("comite/mes-interets/", interests.mine, name="my_interests"),
    path("dossiers/<slug:reference>/comite/interets/", interests.on_dossier, name="interests"),
    path("dossiers/<slug:reference>/comite/interets/<int:pk>/", interests.judge, name="judge"),
    # --- sessions (B) ---
    path("cesrees/calendrier/", calendar.calendar, name="calendar"),
    path("cesrees/calendrier.ics", calendar.feed, name="feed"),
    path("comite/", calendar.home, name="home"),
    path("comite/seances/", sessions.index, name="sessions"),
    path("comite/seances/nouvelle/", sessions.new, name="new_session"),
    path("comite/seances/publier/", sessions.publish_all, name="publish_all"),
    path("comite/seances/<slug:reference>/", sessions.session, name="session"),
    path("comite/seances/<slug:reference>/publier/", sessions.publish, name="publish"),
    path("comite/seances/<slug:reference>/modifier/", sessions.reschedule, name="reschedule"),
    path("comite/seances/<slug:reference>/annuler/", sessions.cancel, name="cancel"),
    path("comite/seances/<slug:reference>/convoquer/", sessions.convene, name="convene"),
    path("comite/seances/<slug:reference>/ordre-du-jour/", agenda.agenda, name="agenda"),
    path("comite/seances/<slug:reference>/ordre-du-jour/ajouter/", agenda.add, name="agenda_add"),
    path("comite/seances/<slug:reference>/ordre-du-jour/<int:position>/", agenda.debate, name="debate"),
    path("comite/seances/<slug:reference>/ordre-du-jour/<int:position>/retirer/", agenda.take_off, name="take_off"),
    path("comite/seances/<slug:reference>/ma-presence/", sessions.announce, name="announce"),
    path("comite/seances/<slug:reference>/presence/", sessions.presence, name="presence"),
    path("comite/seances/<slug:reference>/ouvrir/", sessions.open_session, name="open"),
    path("comite/seances/<slug:reference>/clore/", sessions.close, name="close"),
    path("comite/seances/<slug:reference>/approuver/", sessions.approve, name="approve"),
    # --- allocation, reports, remarks, questions (C) ---
    path("comite/attribution/", reports.to_allocate, name="to_allocate"),
    path("comite/mes-rapports/", reports.my_reports, name="my_reports"),
    path("comite/consultations/", asked.consultations, name="consultations"),
    path("dossiers/<slug:reference>/comite/rapporteurs/", reports.rapporteurs, name="rapporteurs"),
    path("dossiers/<slug:reference>/comite/rapporteurs/<int:pk>/reprendre/", reports.take_back, name="take_back"),
    path("dossiers/<slug:reference>/comite/rapport/", reports.report, name="report"),
    path("dossiers/<slug:reference>/comite/rapport/enregistrer/", reports.save_report, name="save_report"),
    path("dossiers/<slug:reference>/comite/rapport/deposer/", reports.file_report, name="file_report"),
    path("dossiers/<slug:reference>/comite/rapports/<int:pk>/", reports.read_report, name="read_report"),
    path("dossiers/<slug:reference>/comite/remarques/", asked.remarks, name="remarks"),
    path("dossiers/<slug:reference>/comite/remarques/<int:pk>/", asked.remark, name="remark"),
    path("dossiers/<slug:reference>/comite/remarques/fichiers/<int:pk>/", asked.remark_file, name="remark_file"),
    path("dossiers/<slug:reference>/comite/questions/", asked.ask, name="ask"),
    path("dossiers/<slug:reference>/comite/reponses/", asked.answers, name="answers"),
    path("dossiers/<slug:reference>/comite/reponses/<int:pk>/", asked.answer, name="answer"),
    # --- deliberation (D) ---
    path("comite/seances/<slug:reference>/sans-debat/", votes.together, name="together"),
    path("comite/seances/<slug:reference>/dossiers/<int:pk>/", votes.item, name="item"),
    path("comite/seances/<slug:reference>/dossiers/<int:pk>/enregistrer/", votes.save, name="save_item"),
    path("comite/seances/<slug:reference>/dossiers/<int:pk>/vote/", votes.vote, name="vote"),
    path("comite/seances/<slug:reference>/dossiers/<int:pk>/reporter/", votes.defer, name="defer"),
    path("dossiers/<slug:reference>/comite/signature/", votes.sign, name="sign"),
    # --- papers (E) ---
    path("cesrees/verifier/", papers.check_paper, name="check_paper"),
    path("comite/seances/<slug:reference>/documents/", papers.papers, name="papers"),
    path("comite/seances/<slug:reference>/documents/archive/", papers.archive, name="make_archive"),
    path("comite/seances/<slug:reference>/documents/ordre-du-jour/", papers.agenda, name="make_agenda"),
    path("comite/seances/<slug:reference>/documents/proces-verbal/", papers.minutes, name="make_minutes"),
    path("comite/productions/<int:pk>/", papers.production, name="production"),
    path("comite/productions/<int:pk>/archive.zip", papers.production_file, name="production_file"),
    path("comite/documents/<slug:number>.<slug:form>", papers.paper, name="paper"),
    # --- after the opinion (G) ---
    path("dossiers/<slug:reference>/avis/", answering.opinion, name="opinion"),
]
