"""Commands that keep an instance in order: check, backup, restore, tidy, snapshot, and who may sign in."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path

import click

from assetmap.domain.errors import AssetmapError
from assetmap.settings import Settings

REFUSED = 1


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For monitoring: one document that keeps its shape.")
@click.pass_context
def check(ctx: click.Context, as_json: bool) -> None:
    """What is wrong or stale in the data, the worst first. Exit code 1 when something is serious."""
    from assetmap.importing.checkup import audit, audit_of_error, checkup
    from assetmap.importing.instance import open_instance

    try:
        database = open_instance(ctx.obj)
        findings = checkup(database, ctx.obj)
        version = None if any(finding.code == "damaged" for finding in findings) else database.version()
        database.dispose()
    except AssetmapError as error:
        if not as_json:
            raise
        click.echo(json.dumps(audit_of_error(error), ensure_ascii=False, indent=1))
        ctx.exit(REFUSED)
    if as_json:
        click.echo(json.dumps(audit(findings, version), ensure_ascii=False, indent=1))
    else:
        for finding in findings:
            click.echo(finding.sentence())
        if not findings:
            click.echo("Nothing is wrong or stale.")
    ctx.exit(REFUSED if any(finding.serious for finding in findings) else 0)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def backup(settings: Settings, file: Path) -> None:
    """Copy the running store to FILE, whole."""
    from assetmap.importing.instance import open_instance
    from assetmap.store.backup import backup_to, note_backup

    database = open_instance(settings)
    if not database.is_sqlite:
        raise AssetmapError("The data is in PostgreSQL; back it up with pg_dump.")
    backup_to(database, file)
    note_backup(database)
    database.dispose()
    click.echo(f"Wrote {file} and opened it to make sure that it is whole. Keep it safe: it holds private details and "
               "the accounts' password hashes.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def restore(settings: Settings, file: Path) -> None:
    """Put a backup in the place of the store, also under a running server; what was there is kept beside it."""
    from assetmap.importing.instance import make_folder
    from assetmap.store.backup import restore_from

    if not settings.database_address.startswith("sqlite:///"):
        raise AssetmapError("The data is in PostgreSQL; restore it with pg_restore.")
    make_folder(settings)
    kept = restore_from(file, Path(settings.database_address.removeprefix("sqlite:///")))
    click.echo(f"Restored {file}. Everybody must sign in again."
               + (f" What was there before is kept as {kept}." if kept else ""))


@click.command()
@click.option("--json", "as_json", is_flag=True, help="What was done, for machines.")
@click.pass_obj
def tidy(settings: Settings, as_json: bool) -> None:
    """Forget what is over, and ask what came of introductions: for every night."""
    from dataclasses import asdict

    from assetmap.importing.instance import open_instance
    from assetmap.web.relations.after_care import tidy_up

    database = open_instance(settings)
    night = tidy_up(database, settings)
    database.dispose()
    counts = asdict(night)
    counts |= counts.pop("tidied")
    if as_json:
        click.echo(json.dumps(counts))
        return
    _say([f"{counts[name]:,} {one if counts[name] == 1 else more}." for name, one, more in _TIDIED if counts[name]]
         or ["Nothing was due."])
    _say(_WRITTEN_ANEW[night.tidied.compacted])
    if not night.letters_made:
        click.echo("No letters were made: set SITE_URL, so that the links in them are right.", err=True)


_TIDIED = (
    ("followed_up", "introduction was asked about: did they meet?", "introductions were asked about: did they meet?"),
    ("renewals", "offer or ask was asked whether it goes on", "offers and asks were asked whether they go on"),
    ("people", "person’s details were deleted", "people’s details were deleted"),
    ("introductions", "introduction’s messages were deleted", "introductions’ messages were deleted"),
    ("letters", "old letter was emptied", "old letters were emptied"),
    ("suggestions", "decided suggestion was emptied", "decided suggestions were emptied"),
    ("packs", "pack whose link had ended was deleted", "packs whose links had ended were deleted"),
    ("photos", "photo that no entry uses was deleted", "photos that no entry uses were deleted"),
    ("links", "link, sign-in or failed try of no more use was deleted",
     "links, sign-ins and failed tries of no more use were deleted"))
_WRITTEN_ANEW = {
    True: ["The data file was written anew: nothing of what was deleted is left in it. Backups from before hold it."],
    False: ["The data file is in use, so some of what was deleted may still be in it. The next run clears it."],
    None: []}


@click.command()
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD",
              help="The day that a missed run was for, at most 31 days ago. The data is today's all the same.")
@click.option("--json", "as_json", is_flag=True, help="What was kept, for machines.")
@click.pass_obj
def snapshot(settings: Settings, day: datetime | None, as_json: bool) -> None:
    """Keep the month's measures of wards, so that change can be seen: for every night or month."""
    from dataclasses import asdict

    from assetmap.importing.instance import open_instance
    from assetmap.importing.snapshots import take_snapshot

    database = open_instance(settings)
    try:
        kept = take_snapshot(database, settings, day.date() if day else None)
    finally:
        database.dispose()
    click.echo(json.dumps(asdict(kept)) if as_json else kept.sentence())


@click.group()
def user() -> None:
    """Who may sign in: connectors, planners and stewards."""


@user.command("add")
@click.argument("email")
@click.option("--role", type=click.Choice(["connector", "planner", "steward"]), required=True)
@click.option("--password-stdin", is_flag=True, help="Read the password from the first line of standard input.")
@click.pass_obj
def user_add(settings: Settings, email: str, role: str, password_stdin: bool) -> None:
    """Make an account for EMAIL, and print a link to choose its password with."""
    from assetmap.importing import people

    _say(people.add(settings, email, role, _line_of_input() if password_stdin else None))


@user.command("list")
@click.pass_obj
def user_list(settings: Settings) -> None:
    """Everybody who has an account."""
    from assetmap.importing import people

    _say(people.listed(settings))


def _user_command(name: str, help_text: str) -> None:
    """A command about one account that is there."""
    @user.command(name, help=help_text)
    @click.argument("email")
    @click.pass_obj
    def command(settings: Settings, email: str) -> None:
        from assetmap.importing import people

        _say(getattr(people, name)(settings, email))


_user_command("disable", "EMAIL may not sign in any more, and is signed out everywhere.")
_user_command("enable", "EMAIL may sign in again, with the password of before.")
_user_command("link", "Print a new link for EMAIL to choose a password with; those of before end.")


def _say(lines: list[str]) -> None:
    for line in lines:
        click.echo(line)


def _line_of_input() -> str:
    try:
        return sys.stdin.buffer.readline(10_000).decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise AssetmapError("The password on standard input is not text in UTF-8.") from error


COMMANDS = (check, backup, restore, tidy, snapshot, user)
