"""Nothing of the house is open: a crawl over what scanners ask for first."""

import pytest
from django.test import Client

_WORDS = """
.git/HEAD .git/config .git/ .gitignore .svn/entries .hg/store .env .env.local .env.production env .DS_Store
.htaccess .htpasswd .ssh/id_rsa .aws/credentials .npmrc .bash_history .vscode/settings.json .idea/workspace.xml
config.py settings.py config/settings/base.py config/settings/production.py manage.py wsgi.py pyproject.toml
requirements.txt package.json package-lock.json Makefile Dockerfile docker-compose.yml deploy/nginx.conf
deploy/observe/alerts.yml docs/operating.md README.md CHANGELOG.md db.sqlite3 db.sqlite3-wal backup.sql dump.sql
backup.tar.gz media media/ media/uploads media/spool uploads spool static/../manage.py static/.gitkeep/
static/%2e%2e/manage.py staticfiles/staticfiles.json metrics metrics/ metrics.json prometheus stats status
server-status server-info nginx_status debug __debug__/ __debug__ silk/ console phpinfo.php phpmyadmin/
wp-login.php wp-admin/ xmlrpc.php actuator actuator/health actuator/env admin.php administrator/ swagger
swagger.json openapi.json graphql v1/ api api/ api/v1 redoc _stored/ _stored/x _ask _s3 profiler trace heapdump
vendor/phpunit core cgi-bin/ .well-known/security.txt/x robots.txt.bak healthz/ readyz/ readyz/x
"""
NOTHING = _WORDS.split()


@pytest.mark.django_db
@pytest.mark.parametrize("path", NOTHING)
def test_there_is_nothing_at(path: str) -> None:
    answer = Client().get(f"/{path}")
    assert answer.status_code == 404
    for word in (b"Traceback", b"DEBUG", b"urlpatterns", b"SECRET", b"vitrine_"):
        assert word not in answer.content


def test_the_crawl_is_long_enough() -> None:
    assert len(set(NOTHING)) >= 80
