"""How the console looks (settings of django-unfold)."""

from typing import Any

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Agent Scheduler",
    "SITE_HEADER": "Agent Scheduler",
    "SITE_SUBHEADER": "Every run accounted for",
    "SITE_SYMBOL": "schedule",
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": "/static/console/favicon.svg"}
    ],
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "STYLES": ["/static/console/console.css"],
    "SCRIPTS": ["/static/console/names.js", "/static/console/submits.js"],
    "SIDEBAR": {"show_search": True, "show_all_applications": False},
    "COMMAND": {"search_models": False, "show_history": False},
}
