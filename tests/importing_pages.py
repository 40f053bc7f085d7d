"""The pages of an import, as a steward goes through them with a form for each step."""

import io
import re
import time
from dataclasses import dataclass
from html import unescape

from flask.testing import FlaskClient

from tests.conftest import csrf_of

SELECT = re.compile(r'<select class="input" id="([^"]+)".*?</select>', re.S)
INPUT = re.compile(r'<input class="input" id="([^"]+)" name="[^"]+" type="[^"]+" value="([^"]*)"')
CHOSEN = re.compile(r'value="([^"]*)" selected')


@dataclass
class Importing:
    """One upload: `address` is where its pages are, `page` the last answer."""

    client: FlaskClient
    address: str = ""
    page: object = None

    def upload(self, layer: str, text: str | bytes, name: str = "", **fields):
        data = text if isinstance(text, bytes) else text.encode()
        self.page = self.client.post("/steward/import", content_type="multipart/form-data", data={
            "csrf": csrf_of(self.client), "once": fields.pop("once", str(time.time_ns())), "layer": layer,
            "source": "", **fields, "file": (io.BytesIO(data), name or f"{layer}.csv")})
        self.page.request.environ["wsgi.input"].close()
        if self.page.status_code == 303:
            self.address = self.page.headers["Location"].rpartition("/")[0]
        return self

    def get(self, step: str):
        """A step's page, once the work on it is done."""
        for _ in range(200):
            self.page = self.client.get(f"{self.address}/{step}", follow_redirects=True)
            if "data-progress" not in self.text:
                return self
            time.sleep(0.1)
        raise AssertionError("the work on the upload did not end")

    def post(self, step: str, **fields):
        self.page = self.client.post(f"{self.address}/{step}", data={"csrf": csrf_of(self.client), **fields})
        return self

    def form(self) -> dict[str, str]:
        """The fields of the columns' page as it stands."""
        html = self.get("columns").text
        fields = {found[1]: chosen[1] if (chosen := CHOSEN.search(found[0])) else "" for found in SELECT.finditer(html)}
        return fields | {name: unescape(value) for name, value in INPUT.findall(html)}

    def columns(self, **changed):
        """The guess, corrected: `column_0` is the first column of the file, `same_cost` a text for every row."""
        fields = {re.sub("^(column|same)_", r"\1-", name): text for name, text in changed.items()}
        return self.post("columns", **self.form() | fields)

    def apply(self, rows: str = "all", token: str = ""):
        token = token or self.get("preview").token
        self.post("apply", token=token, rows=rows)
        return self.get("result") if self.page.status_code == 303 else self

    @property
    def token(self) -> str:
        found = re.search(r'name="token" value="([^"]+)"', self.text)
        return found[1] if found else ""

    @property
    def text(self) -> str:
        return self.page.get_data(as_text=True)

    @property
    def words(self) -> str:
        """The page's own part, without tags."""
        main = self.text.partition('class="desk-main"')[2].partition("</main>")[0]
        return " ".join(unescape(re.sub(r"<[^>]*>", " ", main)).split())

    def figures(self) -> dict[str, int]:
        found = re.findall(r'<div class="figure[^"]*"><dt>([^<]+)</dt><dd><b>(?:<a[^>]*>)?([\d,]+)', self.text)
        return {label: int(number.replace(",", "")) for label, number in found}
