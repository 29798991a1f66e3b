"""Migrations without the relations that nobody asks for: a tenth of their time.

After each operation Django renders anew every model that is related to the changed one, which is nearly all of them, hundreds of times.
Here the changed model alone is rendered; whoever needs the relations of others (`RunPython`, a field that others point to) finds all models
rendered anew, as Django does for what it calls delayed. `tests/tools/test_quick_migrations.py` compares the outcome with Django's own.
"""

from collections.abc import Callable
from typing import Any

from django.core.management import execute_from_command_line
from django.db.migrations.state import ProjectState

_adding: list[ProjectState] = []


def _reload(self: ProjectState, app_label: str, model_name: str, delay: bool = False) -> None:
    if "apps" not in self.__dict__:
        return
    if delay or (_adding and _adding[-1] is self):
        self.is_delayed = True
        self._reload({(app_label, model_name)})  # type: ignore[attr-defined]
    else:
        del self.__dict__["apps"]  # made anew by the first who asks


def _that_adds(change: Callable[..., None]) -> Callable[..., None]:
    def changed(self: ProjectState, *args: Any, **kwargs: Any) -> None:
        _adding.append(self)
        try:
            change(self, *args, **kwargs)
        finally:
            _adding.pop()

    return changed


def install() -> None:
    """Take the place of Django's rendering."""
    ProjectState.reload_model = _reload  # type: ignore[method-assign]
    ProjectState.add_model = _that_adds(ProjectState.add_model)  # type: ignore[method-assign]
    ProjectState.add_field = _that_adds(ProjectState.add_field)  # type: ignore[method-assign]


def main() -> None:
    """Create the tables of the demonstration's database; a real site migrates with `manage.py migrate`."""
    install()
    execute_from_command_line(["manage.py", "migrate", "--verbosity", "0"])


if __name__ == "__main__":
    main()
