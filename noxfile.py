"""The commands people run: `nox -l` lists them, `nox -s quick` runs one, `nox` runs quick and lint."""

import nox

nox.options.sessions = ["quick", "lint"]
nox.options.reuse_existing_virtualenvs = True


def _install(session: nox.Session, *groups: str) -> None:
    session.install("-q", "-e", ".", *(word for group in groups for word in ("--group", group)))


@nox.session
def quick(session: nox.Session) -> None:
    """Run the quick suite."""
    _install(session, "test")
    session.run("pytest", "-q", "-n", "auto", "-m", "not slow", *session.posargs)


@nox.session
def tests(session: nox.Session) -> None:
    """Run every test but the judges, with coverage."""
    _install(session, "test")
    session.run("pytest", "-q", "-n", "auto", "--cov", *session.posargs)


@nox.session
def judges(session: nox.Session) -> None:
    """Run the heavy judges: storms, kill -9, a real Redis, and the vendors' own clients."""
    _install(session, "test", "clients")
    session.install("-q", "--no-deps", "dataforseo-client>=2.1")  # it pins a urllib3 that the others do without
    session.run("pytest", "-q", "-n", "auto", "-m", "judge", *session.posargs)
    session.run("pytest", "-q", "tests/clients", *session.posargs, env={"LEADENRICH_ALL_CLIENTS": "1"})


@nox.session
def ray(session: nox.Session) -> None:
    """Run the tests of the Ray integration, over a Ray of this machine."""
    _install(session, "test")
    session.install("-q", "-e", ".[ray]")
    session.run("pytest", "-q", "-m", "judge", "tests/integrations/test_ray.py", *session.posargs)


@nox.session
@nox.parametrize("group", ["pipelines", "airflow", "dbt"])
def pipelines(session: nox.Session, group: str) -> None:
    """Run the docs' recipes for data pipelines with the tools they are for."""
    _install(session, group)
    session.run("pytest", "-q", "-m", "judge", "tests/integrations/test_pipelines.py", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, layout and types."""
    _install(session, "lint", "test")
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    session.run("mypy")


@nox.session
def docs(session: nox.Session) -> None:
    """Build the documentation; every link must hold."""
    _install(session, "docs")
    session.run("mkdocs", "build", "--quiet", "--strict", env={"NO_MKDOCS_2_WARNING": "1"})
