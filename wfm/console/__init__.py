"""`wfm console`: every tenant, run and machine in a browser on this machine. Imports `wfm.client` and `wfm.report`.

How a page is added, by the example of Fleet:

1. `queries/fleet.py`: a function `read_fleet(wfm, given)` that answers with a frozen dataclass. It reads by key, index
   or page, so that its calls do not grow with the deployment, and it asks `given` for what the address says, which
   refuses what is not allowed. It gives away neither SQL nor parameter values unless the address asks for them.
2. `templates/fleet.html`: extends `layout.html`. What stands in its block `live` is sent again whenever it has changed;
   what stands in its block `above` (filters, headings) is not. The answer of the query is `view`. All text is escaped
   and cut; there is no `|safe`, no inline script, no inline style. `|moment` shows a time, `address(...)` makes a link.
   What pages show alike is in `parts.html`, which each block imports itself (`with context`).
3. `pages/fleet.py`: `FLEET = Page("/fleet", "Fleet", "fleet.html", read_fleet)`, and its line in `PAGES` of
   `pages/__init__.py`. A page outside the menu has `in_menu=False`.
4. `tests/wfm/console/test_fleet.py`: the page over moto (`open_page` of its conftest), the count of store calls, and
   the field in `put_everywhere` of `test_hostile_text.py` for each text that others write. Its line in
   `tests/browser/addresses.py` has it looked at in Chromium and pictured (`make screenshots`), and `docs/console.md`
   shows the picture.

Each page then has three addresses: `/fleet`, `/live/fleet` (server-sent events) and `/part/fleet` (polling). Before any
of them `security.Guard` judges the request.

A change of something is an `Action` (`actions/`): a page that says what would be done, and a form that does it by the
function that the command of its name calls. It gets the name of who does it, which belongs onto what it changes.
"""
