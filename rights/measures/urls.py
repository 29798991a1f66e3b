"""Addresses of the room `measures`; those of a month and of its files never change."""

from django.urls import URLPattern, path, register_converter

from rights.measures import views


class MonthConverter:
    """A month: YYYY-MM."""

    regex = r"20[0-9]{2}-(?:0[1-9]|1[0-2])"

    def to_python(self, value: str) -> str:
        """As it is."""
        return value

    def to_url(self, value: str) -> str:
        """As it is."""
        return value


register_converter(MonthConverter, "month")
app_name = "measures"
urlpatterns: list[URLPattern] = [
    path("droits/chiffres/", views.figures, name="figures"),
    path("droits/chiffres/mois.json", views.months_file, name="months_file"),
    path("droits/chiffres/<month:name>/", views.figures, name="month"),
    path("droits/chiffres/<month:name>.json", views.month_json, name="month_json"),
    path("droits/chiffres/<month:name>.csv", views.month_csv, name="month_csv"),
    path("travail/droits/tableau/", views.dashboard, name="dashboard"),
    path("travail/droits/tableau/plaintes/", views.complaints, name="complaints"),
    path("travail/droits/tableau/export.csv", views.dashboard_csv, name="dashboard_csv"),
]
