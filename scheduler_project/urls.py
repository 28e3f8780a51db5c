"""Every address of the web server; those under the API's prefixes carry no trailing slash."""

from django.contrib import admin
from django.templatetags.static import static
from django.urls import include, path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

import accounts.api
import agents.api
import hooks.api
import schedules.api
from accounts.api import tokens
from console.sites import owners, root
from scheduler_project.api import browsable, problems
from scheduler_project.api.routes import router
from scheduler_project.api.schema import bodies, security  # noqa: F401  (they register themselves)
from scheduler_project.health import healthz
from schedules.api.spending import SpendingView
from schedules.api.status import StatusView
from schedules.api.stopping import ResumeView, StopView

accounts.api.register(router)
agents.api.register(router)
hooks.api.register(router)
schedules.api.register(router)

handler400 = problems.handler400
handler403 = problems.handler403
handler404 = problems.handler404
handler500 = problems.handler500

# All pages of both consoles: their addresses are of what has been registered by now.
admin.autodiscover()

urlpatterns = [
    path("", root),
    # Browsers ask for it on pages that name no other, such as that of a wrong address.
    path("favicon.ico", RedirectView.as_view(url=static("console/favicon.svg"))),
    path("admin/", admin.site.urls),
    path("console/", owners.urls),
    path("healthz", healthz, name="healthz"),
    path("api/token", tokens.TokenView.as_view(), name="token"),
    path("api/token/refresh", tokens.RefreshView.as_view(), name="token-refresh"),
    path("api/token/logout", tokens.SignOutView.as_view(), name="token-logout"),
    path("api/auth/", include(browsable.urls)),
    path("api/schema", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs", SpectacularSwaggerView.as_view(url_name="schema"), name="docs"),
    path("api/scheduler/status", StatusView.as_view(), name="status"),
    path("api/scheduler/stop", StopView.as_view(), name="stop"),
    path("api/scheduler/resume", ResumeView.as_view(), name="resume"),
    path("api/spending", SpendingView.as_view(), name="spending"),
    path("scheduler/status", StatusView.as_view(schema=None)),
    path("api/", include(router.urls)),
    # With DEBUG=1, too, an unknown address of the API gets a problem, not a page.
    path("api/<path:rest>", problems.no_such_route),
    path("scheduler/<path:rest>", problems.no_such_route),
]
