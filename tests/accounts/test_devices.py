import pytest

from accounts.domain.devices import device_name

MOZILLA = "Mozilla/5.0"
WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
APPLE = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
WINDOWS = f"{MOZILLA} (Windows NT 10.0; Win64; x64)"
MAC = f"{MOZILLA} (Macintosh; Intel Mac OS X 10_15_7)"
LINUX = f"{MOZILLA} (X11; Linux x86_64"
IPHONE = f"{MOZILLA} (iPhone; CPU iPhone OS 18_1 like Mac OS X)"
ANDROID = f"{MOZILLA} (Linux; Android 10; K)"


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (f"{LINUX}; rv:144.0) Gecko/20100101 Firefox/144.0", "Firefox on Linux"),
        (f"{MOZILLA} (Android 15; Mobile; rv:144.0) Gecko/144.0 Firefox/144.0",
         "Firefox on Android"),
        (f"{IPHONE} {APPLE} FxiOS/144.0 Mobile/15E148 Safari/605.1.15", "Firefox on iPhone"),
        (f"{WINDOWS} {WEBKIT} Chrome/142.0.0.0 Safari/537.36", "Chrome on Windows"),
        (f"{ANDROID} {WEBKIT} Chrome/142.0.0.0 Mobile Safari/537.36", "Chrome on Android"),
        (f"{IPHONE} {APPLE} CriOS/142.0.0.0 Mobile/15E148 Safari/604.1", "Chrome on iPhone"),
        (f"{MOZILLA} (X11; CrOS x86_64 14541.0.0) {WEBKIT} Chrome/142.0.0.0 Safari/537.36",
         "Chrome on ChromeOS"),
        (f"{WINDOWS} {WEBKIT} Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0", "Edge on Windows"),
        (f"{ANDROID} {WEBKIT} Chrome/142.0.0.0 Mobile Safari/537.36 EdgA/142.0.0.0",
         "Edge on Android"),
        (f"{MAC} {WEBKIT} Chrome/142.0.0.0 Safari/537.36 OPR/125.0.0.0", "Opera on macOS"),
        (f"{ANDROID} {WEBKIT} SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36",
         "Samsung Internet on Android"),
        (f"{MAC} {APPLE} Version/18.1 Safari/605.1.15", "Safari on macOS"),
        (f"{IPHONE} {APPLE} Version/18.1 Mobile/15E148 Safari/604.1", "Safari on iPhone"),
        (f"{MOZILLA} (iPad; CPU OS 17_7 like Mac OS X) {APPLE} Version/17.7 Safari/605.1.15",
         "Safari on iPad"),
        ("Box Office/2.1 (iPhone; iOS 18.1)", "Box Office on iPhone"),
        ("Ticketing/12 CFNetwork/1568 Darwin/24.1.0", "Ticketing on macOS"),
        ("okhttp/4.12.0", "okhttp"),
        ("curl/8.11.0", "curl"),
        (f"{MOZILLA} (compatible)", "A device that does not say what it is"),
        (f"{WINDOWS} Gecko", "Windows"),
        ("", "A device that does not say what it is"),
        ("/", "A device that does not say what it is"),
        ("<script>alert(1)</script>", "<script>alert"),
        ("x" * 200, "x" * 40),
    ],
)  # fmt: skip
def test_device_is_called_what_its_owner_calls_it(user_agent, name):
    assert device_name(user_agent) == name
