"""Photos of entries of progress: taken in by their form, shown to whoever may see an entry that uses them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask import Blueprint, Flask, Response, current_app, request

from assetmap.domain.errors import BadInput, FileRefused, NotFound, Unavailable
from assetmap.domain.initiatives import Initiatives
from assetmap.domain.photo import PREFIX, Photo, address_of, id_in
from assetmap.domain.progress import ProgressEvent
from assetmap.importing import photo_file
from assetmap.store import photos as store
from assetmap.store.programme_rows import PROGRESS
from assetmap.web import access, services
from assetmap.web.errors import answer
from assetmap.web.language import gettext as _
from assetmap.web.plan import programme_data
from assetmap.web.programmes.form_fields import Values

blueprint = Blueprint("programme_photos", __name__)
_FOR_EDITORS = "/plan/programmes/edit/photos/"
_KEPT_S = 3600  # by the reader's own browser: one that is taken out of sight is gone there within the hour


@blueprint.get(f"{PREFIX}<photo_id>.webp")
def show(photo_id: str) -> Response:
    """A photo that an entry uses which whoever asks may see. Raises NotFound for any other."""
    everything, address = programme_data.programmes(), address_of(photo_id)
    # of one that is not public nobody keeps a copy: `sees_internal` sees to that
    if not _uses(everything.public, address) and not (
            programme_data.sees_internal() and _uses(everything.all, address)):
        raise NotFound(_("There is no such photo here."))
    response = _sent(photo_id)
    response.headers["Cache-Control"] = f"private, max-age={_KEPT_S}"
    return response


@blueprint.get(f"{_FOR_EDITORS}<photo_id>.webp")
def show_in_form(photo_id: str) -> Response:
    """Any photo that is kept, for those who look after programmes: one just chosen, or of an entry out of sight."""
    return _sent(photo_id)


@blueprint.post(f"{_FOR_EDITORS}<photo_id>/delete")
def delete(photo_id: str) -> Response:
    """Delete a photo for good, at once. Raises NotFound."""
    with services.database().writing() as connection:
        store.delete_for_good(connection, photo_id, by=services.by())
    services.renew()
    back = access.safe_next(request.form.get("next", "")) or "/plan/programmes"
    return access.done(back, _("The photo is deleted for good."))


def _uses(shown: Initiatives, address: str) -> bool:
    return any(event.photo == address for events in shown.progress.values() for event in events)


def _sent(photo_id: str) -> Response:
    with services.database().reading() as connection:
        photo = store.get(connection, photo_id)
    if photo is None:
        raise NotFound(_("There is no such photo here."))
    response = current_app.response_class(photo.data, mimetype="image/webp")
    response.set_etag(photo_id)
    return response.make_conditional(request)


def most_bytes() -> int:
    """How large a photo may be here."""
    return min(photo_file.MOST_BYTES, services.settings().max_upload_mb * 1_000_000)


def too_large(_error: Exception) -> Response:
    """What was sent is so large that it is not even read."""
    return answer(413, _("What was sent is larger than this form takes: a photo may have at most %(most)s MB. Nothing "
                         "was changed. Go back, make the photo smaller, and send it again.",
                         most=most_bytes() // 1_000_000))


def take(layer_name: str, values: Values) -> tuple[Values, dict[str, str]]:
    """What the form says of a photo as the values that it is read from, and what is wrong with it.

    A photo that can be read is kept at once, so that it need not be chosen again when something else is refused; no
    entry uses it before the form is saved.
    """
    if layer_name != PROGRESS:
        return values, {}
    values = values | {name: request.form.get(name, "") for name in ("photo_agreed", "photo_new")}
    faults: dict[str, str] = {}
    file = request.files.get("photo_file")
    if file is not None and file.filename:
        try:
            photo = photo_file.read_photo(file.stream.read(most_bytes() + 1), most_bytes())
            _keep(photo)
            values |= {"photo": photo.address, "photo_new": "yes"}
        except FileRefused as error:
            faults["photo_file"] = _("%(what)s Nothing else of the form is lost.", what=error.message)
        except BadInput as error:
            faults["photo_file"] = error.message
        except Unavailable as error:  # a browser sends no file twice
            faults["photo_file"] = _("%(what)s Choose the photo again; nothing else of the form is lost.",
                                     what=error.message)
    elif request.form.get("photo_out"):
        values |= dict.fromkeys(("photo", "photo_alt", "photo_new", "photo_agreed"), "")
    elif str(values["photo"]).startswith(PREFIX) and not _may_be_named(str(values["photo"])):
        faults["photo_file"] = _("This photo is not kept any more. Choose it again.")
        values |= {"photo": "", "photo_new": ""}
    if values["photo_new"] and id_in(str(values["photo"])) and not values["photo_agreed"]:
        faults["photo_agreed"] = _("Tick this before the photo can be shown. Without it, take the photo out.")
    return values, faults


def _keep(photo: Photo) -> None:
    with services.database().writing() as connection:
        store.keep(connection, photo, by=services.by(), most_bytes=services.settings().photos_mb * 1_000_000)


def _may_be_named(address: str) -> bool:
    with services.database().reading() as connection:
        return address in store.may_be_named(connection)


def in_form(values: Values) -> dict | None:
    """What the form shows of its photo: {address, src, width, height, delete, most_mb}; None for a form that has none.

    `address` is empty without a photo of ours, `src` when it is not kept any more.
    """
    if "photo" not in values:
        return None
    address = str(values["photo"])
    made = {"address": address if id_in(address) else "", "src": "", "most_mb": most_bytes() // 1_000_000}
    with services.database().reading() as connection:
        size = store.sizes(connection, [address]).get(address)
    return made | ({"src": f"{_FOR_EDITORS}{id_in(address)}.webp", "width": size[0], "height": size[1],
                    "delete": f"{_FOR_EDITORS}{id_in(address)}/delete"} if size else {})


def of_events(events: Iterable[ProgressEvent]) -> Mapping[str, tuple[int, int]]:
    """Address → (width, height) of the photos that are kept here."""
    addresses = {event.photo for event in events if id_in(event.photo)}
    if not addresses:
        return {}
    with services.database().reading() as connection:
        return store.sizes(connection, addresses)


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
