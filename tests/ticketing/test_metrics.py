import pytest

pytestmark = pytest.mark.django_db
TOKEN = "prometheus-s-own-token"


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer wrong", TOKEN])
def test_metrics_without_the_token_are_not_there(client, settings, given):
    settings.METRICS_TOKEN = TOKEN

    assert client.get("/metrics", headers={"Authorization": given}).status_code == 404


def test_metrics_unless_configured_are_not_there(client):
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def test_metrics_count_requests_by_route_and_cached_pages(client, settings):
    settings.METRICS_TOKEN = TOKEN
    client.get("/health/live")
    client.get("/")
    client.get("/")

    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})

    assert answer.status_code == 200
    assert 'method="GET",route="/health/live",status="200"' in answer.text
    assert 'ticketing_cached_pages_total{answer="hit"}' in answer.text
