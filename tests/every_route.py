"""Every route, and who may ask for it: the one written table that the tests of permissions go by."""

ANYONE = {"anonymous", "disabled", "connector", "planner", "steward"}
SIGNED_IN = {"connector", "planner", "steward"}
STEWARDS = {"steward"}
CONNECTORS = {"connector", "steward"}
PLANNERS = {"planner", "steward"}

_RECORD = "/<any(groups, hubs, opportunities):name>/<record_id>"
_LIST = "/<any(opportunities, hubs):name>"
_LAYER = "/steward/<any(groups, hubs, opportunities, organisations):layer_name>"
EDIT_OF_RECORD = _LAYER + "/<record_id>/edit"
_WORDS = ("/steward/vocabulary/<any(theme, category, access, audience, cost, hub_kind, opportunity_kind, language, "
          "connected_theme):kind>")
_PAIR = "/steward/duplicates/<any(groups, hubs, opportunities, organisations):layer_name>/<first_id>/<second_id>"
_MEMBER = "/timebank/members/<int:number>"
_PERSON = "/signpost/people/<int:number>"
_PACK = "/signpost/packs/<pack_id>"
_PROGRAMME, _PROGRAMMES = "/programmes/<programme_id>", "/plan/programmes/edit/" + (
    '<any(programmes, deployments, "deployment-progress", "deployment-figures", "deployment-dates"):layer_name>')
_WRITTEN = (
    (ANYONE, (
        # residents' pages, and the same as data
        "/", "/find.<any(json, geojson, csv, ics):ending>", "/find.<any(xlsx, gpkg):ending>", "/whats-on",
        "/whats-on.ics", _LIST, _LIST + ".<any(json, geojson, csv):ending>", _LIST + ".<any(xlsx, gpkg):ending>",
        _RECORD, _RECORD + ".json", _RECORD + ".ics", "/wards", "/wards.<any(csv, xlsx, geojson, gpkg):ending>",
        "/wards/<code>", "/wards/<code>.json", "/wards/<code>.geojson", "/map/points.json", "/map/wards.json", "/about",
        "/data", "/healthz", "/readyz", "/static/<path:filename>", "/theme.css", "/favicon.ico",
        "/could-meet", "/could-meet.json", "/map/matches.json", "/packs/<token>",
        "/packs/<token>.txt", "/packs/<token>.ics", "/favourites/<page_id>",
        # residents' words
        "/suggest", _RECORD + "/report", "/groups/<record_id>/running", "/suggestions/<link>", "/suggestions/thanks",
        "/opportunities/<record_id>/answer", "/introductions/<token>", "/statements/<token>",
        # what a secret link opens
        "/confirm/<token>", "/confirm/<token>/change", "/welcome/<token>",
        # figures of the whole place
        "/plan", "/plan/wards", "/plan/wards.<any(json, csv, geojson, xlsx, gpkg):ending>", "/plan/connections",
        "/plan/connections.json", "/plan/connections.csv", "/plan/connections/lines.json", "/plan/unmet",
        "/plan/unmet.json", "/plan/unmet.csv", "/plan/programmes", "/plan/programmes.<any(csv, xlsx, json):ending>",
        "/plan/programmes/dates", "/plan/programmes/dates.<any(ics, csv):ending>", "/map/catchments.json",
        "/plan/programmes/themes", "/plan/programmes/themes.<any(csv, xlsx, json):ending>",
        "/plan/change", "/plan/change.<any(json, csv):ending>", "/plan/report", "/plan/report.<any(xlsx, gpkg):ending>",
        "/plan/sites", "/plan/sites.<any(csv, json, geojson):ending>", "/plan/sites/wards.csv", "/plan/fairness",
        "/plan/fairness.<any(csv, json):ending>",
        "/plan/scenarios", "/plan/scenarios/compare", "/plan/scenarios/<slug>",  # for whoever has its link
        "/programmes.<any(csv, xlsx, geojson, gpkg):ending>",
        "/programmes/photos/<photo_id>.webp",
        _PROGRAMME, _PROGRAMME + ".json", _PROGRAMME + "/<deployment_id>", _PROGRAMME + "/<deployment_id>.json",
        # the way in and out
        "/sign-in", "/sign-out")),
    (SIGNED_IN, ("/account", "/account/password", "/account/sign-out-everywhere")),
    (CONNECTORS, (
        "/timebank", "/timebank/new", "/timebank/hand-on", "/timebank/bookings/<int:number>/reverse",
        "/timebank/members", "/timebank/members/new", _MEMBER, _MEMBER + ".csv",
        _MEMBER + "/<any(leave, return, link, unlink):act>",
        "/signpost", "/signpost/packs", "/signpost/packs/new", _PACK, _PACK + "/outcome", _PACK + "/link",
        _PACK + "/extend", _PACK + "/end", "/signpost/favourites", "/signpost/favourites/new",
        "/signpost/favourites/add", "/signpost/favourites/<page_id>", "/signpost/figures", "/signpost/unmet",
        "/signpost/unmet/<int:number>", "/signpost/unmet/<int:number>/ask",
        "/signpost/introductions", "/signpost/introductions/<int:number>",
        "/signpost/people", "/signpost/people/new", _PERSON, _PERSON + "/offer", _PERSON + "/forget",
        _PERSON + "/offers/<record_id>/<any(connected, closed, open):state>")),
    (PLANNERS, (
        "/plan/scenarios/keep", "/plan/scenarios/remove", _PROGRAMMES + "/new", _PROGRAMMES + "/<record_id>/change",
        _PROGRAMMES + "/<record_id>/away", "/plan/programmes/edit/area.json", "/plan/programmes/edit/seen-as",
        "/plan/programmes/edit/photos/<photo_id>/delete", "/plan/programmes/edit/photos/<photo_id>.webp",
        "/plan/programmes/edit/<any(programmes, deployments):layer_name>/<record_id>/history",
        "/plan/programmes/edit/changes/<int:line_id>/undo")),
    (STEWARDS, (
        "/steward", "/steward/people", "/steward/people/<int:account_id>", "/steward/people/<int:account_id>/disable",
        "/steward/people/<int:account_id>/enable", "/steward/people/<int:account_id>/link",
        "/steward/people/<int:account_id>/role", "/steward/vocabulary", _WORDS, _WORDS + "/new", _WORDS + "/<code>",
        _WORDS + "/<code>/move", _WORDS + "/<code>/remove", _LAYER, _LAYER + "/new", _LAYER + "/<record_id>",
        EDIT_OF_RECORD, _LAYER + "/<record_id>/status/<status>", "/steward/place", "/steward/times",
        "/steward/<layer_name>/<path:record_id>/history", "/steward/changes", "/steward/changes/<int:import_id>",
        "/steward/changes/<int:import_id>/undo", "/steward/changes/lines/<int:line_id>/undo", "/steward/import",
        "/steward/import/<draft_id>", "/steward/import/<draft_id>/again", "/steward/import/<draft_id>/apply",
        "/steward/import/<draft_id>/columns", "/steward/import/<draft_id>/drop", "/steward/import/<draft_id>/preview",
        "/steward/import/<draft_id>/progress.json", "/steward/import/<draft_id>/rejected.csv",
        "/steward/import/<draft_id>/result", "/steward/import/templates/<layer>",
        "/steward/import/templates/<layer>.<any(csv, xlsx):kind>", "/steward/duplicates", _PAIR,
        "/steward/duplicates/not-same", "/steward/suggestions", "/steward/suggestions/<int:number>",
        "/steward/suggestions/<int:number>/edit", "/steward/freshness", "/steward/freshness/print", "/steward/letters",
        "/steward/introductions", "/steward/introductions/<int:number>",
        "/steward/letters/<int:number>", "/steward/health", "/steward/health/<code>", "/steward/health/<code>.csv",
        "/steward/export", "/steward/backup")),
)
TABLE = {rule: who for who, rules in _WRITTEN for rule in rules}
READS = ("GET", "HEAD", "OPTIONS")
