"""The command line: the same calls as the web. What keeps an instance in order is in `cli_upkeep`."""

from __future__ import annotations

import json
import logging
import shutil
import socket
import sys
import time
from pathlib import Path

import click

from assetmap import __version__
from assetmap import cli_upkeep as upkeep
from assetmap.domain.errors import AssetmapError
from assetmap.settings import Settings, SettingsRefused


class _Group(click.Group):
    """Our own errors become one sentence and exit code 1; none becomes a traceback."""

    def invoke(self, ctx: click.Context):
        try:
            return super().invoke(ctx)
        except (AssetmapError, SettingsRefused) as error:
            click.echo(getattr(error, "message", str(error)), err=True)
            ctx.exit(upkeep.REFUSED)


@click.group(cls=_Group)
@click.version_option(__version__, prog_name="assetmap")
@click.option("--home", type=click.Path(path_type=Path, file_okay=False), help="Instance folder (else ASSETMAP_HOME).")
@click.pass_context
def main(ctx: click.Context, home: Path | None) -> None:
    """A map of what a community has: its wards, hubs, groups, and offers and asks."""
    if ctx.resilient_parsing:
        return
    ctx.obj = Settings.load(home=home)


@main.command()
@click.option("--sample/--empty", default=True, help="With the sample place (the default), or with nothing.")
@click.pass_obj
def init(settings: Settings, sample: bool) -> None:
    """Make the instance."""
    from assetmap.importing.instance import exists, make_instance

    if exists(settings) and sample:
        click.echo(f"The instance in {settings.home} is there already; it was left as it is.")
        make_instance(settings, sample=False).dispose()
        return
    make_instance(settings, sample=sample, progress=_Progress()).dispose()
    click.echo(f"Made {settings.home} {'with the sample place' if sample else 'without any data'}.")


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535))
@click.pass_obj
def run(settings: Settings, host: str, port: int) -> None:
    """Serve the map; makes the instance with the sample first if there is none."""
    from assetmap.importing.instance import exists, make_instance

    if not exists(settings):
        make_instance(settings, sample=True, progress=_Progress()).dispose()
        click.echo(f"Made {settings.home} with the sample place.")
    sock = _listening(host, port)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for name in ("waitress.queue", "flask-limiter"):  # the second would write down who was refused
        logging.getLogger(name).setLevel(logging.ERROR)
    from assetmap.web.app import create_app
    from assetmap.web.serving import server_over

    server = server_over(create_app(settings, warm=True), settings, sock)
    shown = f"[{host}]" if ":" in host else host
    click.echo(f"The map is at http://{shown}:{sock.getsockname()[1]}/ (stop it with Ctrl-C)")
    try:
        server.run()
    except KeyboardInterrupt:
        click.echo("Stopped.")


def _listening(host: str, port: int) -> socket.socket:
    """The port is taken before anything is imported, so that a taken one is told at once."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, reuse_port=False)
    except OSError as error:
        raise AssetmapError(f"Cannot listen on {host}, port {port}: {error.strerror}. Is something else running "
                            f"there? Try another with --port {port + 1 if port < 65535 else 8000}.") from error


@main.command()
@click.argument("layer")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--map", "pairs", multiple=True, metavar="FIELD=COLUMN", help="Which column holds a field (repeatable).")
@click.option("--set", "constants", multiple=True, metavar="FIELD=TEXT",
              help="A field's text for every row that has none of its own (repeatable).")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and change nothing.")
@click.option("--skip-bad-rows", is_flag=True, help="Load the good rows; write the others to NAME.rejected.csv.")
@click.option("--source", default="", help="Name of the feed (else from the file's name); the same feed updates.")
@click.option("--json", "as_json", is_flag=True, help="The report for machines.")
@click.pass_context
def load(ctx: click.Context, layer: str, file: Path, pairs: tuple[str, ...], constants: tuple[str, ...],
         dry_run: bool, skip_bad_rows: bool, source: str, as_json: bool) -> None:
    """Load FILE into LAYER: wards, ward-figures, hubs, groups, opportunities, organisations, postcodes, places,
    population-points, programmes or vocabulary.

    What each column of a layer's file means, with a template to fill in: /steward/import on the running map.
    """
    from assetmap.importing.instance import open_instance
    from assetmap.importing.run import LAYER_NAMES, Options
    from assetmap.importing.run import load as load_file

    if layer not in LAYER_NAMES:
        raise click.UsageError(f"There is no layer called “{layer}”. There are: {', '.join(LAYER_NAMES)}.")
    mapping, constant = _pairs(pairs, "--map"), _pairs(constants, "--set")
    database = open_instance(ctx.obj)
    options = Options(mapping=mapping, constants=constant, dry_run=dry_run, skip_bad_rows=skip_bad_rows, source=source,
                      progress=_Progress(quiet=as_json))
    try:
        report = load_file(database, ctx.obj, layer, file, options)
    except AssetmapError as error:
        if as_json:
            click.echo(json.dumps({"layer": layer, "file": file.name, "applied": False, "error": error.message}))
        else:
            click.echo(f"{file.name}: {error.message}", err=True)
        ctx.exit(upkeep.REFUSED)
    finally:
        database.dispose()
    _show(report, as_json)
    ctx.exit(upkeep.REFUSED if report.refused or (report.dry_run and report.refusals and not skip_bad_rows) else 0)


def _pairs(pairs: tuple[str, ...], option: str) -> dict[str, str]:
    mapping = {}
    for pair in pairs:
        field, sign, column = pair.partition("=")
        if not sign or not field.strip():
            example = "--map name=“Club name”" if option == "--map" else "--set categories=“food help”"
            raise click.UsageError(f"“{option} {pair}” should be FIELD=…, such as {example}.")
        mapping[field.strip()] = column.strip()
    return mapping


def _show(report, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(report.document(), ensure_ascii=False, indent=1))
        return
    for sentence in (*(problem.sentence() for problem in report.faults), *report.follow_groups()):
        click.echo(sentence, err=True)
    for sentence in report.notice_groups():
        click.echo(f"Note: {sentence}")
    for sentence in (*report.remarks, *report.advice()):
        click.echo(f"Note: {sentence}")
    click.echo(report.headline(), err=report.refused)
    if report.rejected_file:
        click.echo(f"The rows that were left out, with reasons: {report.rejected_file}")


@main.command()
@click.argument("layer")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--crs", default="wgs84", show_default=True,
              help="Coordinates: wgs84 (degrees), or bng (metres of the setting LOCAL_CRS).")
@click.pass_obj
def export(settings: Settings, layer: str, file: Path, crs: str) -> None:
    """Write LAYER to FILE: .csv, .xlsx, .geojson or .gpkg. The file loads back without a change."""
    from assetmap.importing.export import EXPORTED, asked_crs, counted, export_layer
    from assetmap.importing.instance import open_instance

    if layer not in EXPORTED:
        raise click.UsageError(f"There is no layer called “{layer}” to export. There are: {', '.join(EXPORTED)}.")
    system = asked_crs(crs, settings)
    if system is None:
        raise click.UsageError(f"--crs should be wgs84 or {settings.local_crs} (bng), and is “{crs}”.")
    database = open_instance(settings)
    count = export_layer(database, settings, layer, file, crs=system)
    database.dispose()
    if system == settings.local_crs and file.suffix.lower() == ".geojson":
        click.echo("Note: GeoJSON is always in WGS84 (RFC 7946), so it has degrees. For metres use .gpkg or .csv.")
    click.echo(f"Wrote {counted(layer, count)} to {file}.")


for _command in upkeep.COMMANDS:
    main.add_command(_command)


class _Progress:
    """A line that is written over, on a terminal, for work that takes more than a second."""

    def __init__(self, quiet: bool = False):
        self._quiet = quiet or not sys.stderr.isatty()
        self._began = self._last = time.monotonic()
        self._shown = False

    def __call__(self, stage: str, done: int, total: int) -> None:
        now = time.monotonic()
        if self._quiet or now - self._began < 1 or (now - self._last < 0.2 and done < total):
            return
        self._last, self._shown = now, True
        text = f"{stage} {done:,} of {total:,}" if total else f"{stage} …"
        width = shutil.get_terminal_size().columns
        end = "\n" if total and done >= total else ""
        sys.stderr.write("\r" + text[: width - 1].ljust(min(60, width - 1)) + end)
        sys.stderr.flush()


if __name__ == "__main__":
    main()
