import pytest
from hypothesis import given
from hypothesis import strategies as st

from wfm.errors import InvalidRequest
from wfm.model.amc_endpoints import ApiEndpoint, read_api_endpoint

URL = "https://abcde12345.execute-api.us-east-1.amazonaws.com/prod"


@pytest.mark.parametrize("url", [URL, URL + "/"])
def test_an_instances_address_is_read(url: str) -> None:
    assert read_api_endpoint(url) == ApiEndpoint("abcde12345", "us-east-1", URL)


@pytest.mark.parametrize("region", ["eu-west-3", "ap-southeast-2", "us-gov-west-1", "me-central-1", "ca-central-1"])
def test_every_region_has_such_addresses(region: str) -> None:
    assert read_api_endpoint(URL.replace("us-east-1", region)).region == region


@pytest.mark.parametrize(
    "url",
    [
        *(None, 7, "", "prod", {"url": URL}, [URL]),
        URL.replace("https", "http"),
        URL.replace("https", "HTTPS"),
        URL.replace("https://", "https://user@"),
        URL.replace("https://", "https://user:word@"),
        URL.replace(".com/", ".com:443/"),
        URL.replace(".com/", ".com:8443/"),
        URL.replace(".com/", ".com.evil.example/"),
        URL.replace("abcde12345", "evil.example/abcde12345"),
        URL.replace("abcde12345", "evil.example#abcde12345"),
        URL.replace("abcde12345", "abc-vpce-1"),
        URL.replace("abcde12345", "*"),
        URL.replace("abcde12345", "abcde1234é"),
        URL.replace("abcde12345", "ABCDE12345"),
        URL.replace("abcde12345.", ""),
        URL.replace("us-east-1", "mars-north-1"),
        URL.replace("us-east-1", "us-east-1.evil"),
        URL.replace("us-east-1", "*"),
        URL.replace("execute-api", "s3"),
        URL.replace("/prod", ""),
        URL.replace("/prod", "/"),
        URL + "/workflows",
        URL + "/..",
        URL + "?x=1",
        URL + "#x",
        URL + "%2F",
        URL + "\n",
        " " + URL,
        URL.replace("/prod", "\\prod"),
        *("https://10.0.0.1/prod", "https://[::1]/prod", "https://169.254.169.254/latest", "https://localhost/prod"),
    ],
)
def test_nothing_else_gets_a_signed_request(url: object) -> None:
    with pytest.raises(InvalidRequest, match=r"^AMC\.amcApiEndpoint: .*; allowed: https://<api-id>\.execute-api"):
        read_api_endpoint(url)


@given(st.text(max_size=20), st.integers(0, len(URL)))
def test_whatever_is_put_into_an_address_the_host_stays_api_gateways(put: str, at: int) -> None:
    try:
        endpoint = read_api_endpoint(URL[:at] + put + URL[at:])
    except InvalidRequest:
        return

    host = endpoint.url.removeprefix("https://").partition("/")[0]
    assert host == f"{endpoint.api_id}.execute-api.{endpoint.region}.amazonaws.com"
    assert endpoint.api_id.isalnum()
    assert endpoint.api_id.isascii()
