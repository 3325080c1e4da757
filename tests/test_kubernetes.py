"""deploy/kubernetes: what kustomize builds is valid to Kubernetes' and KEDA's own schemas, and fits the desk."""

import ipaddress
import json
import os
import re
import shutil
import subprocess

import kubernetes_validate
import kustomize
import pytest
import yaml
from conftest import ROOT

from wiredesk.settings import Settings
from workers.table import NAMES

KUBERNETES = ROOT / "deploy" / "kubernetes"
OVERLAYS = ("own-redis", "everything")
#: The oldest version that is still maintained, and a later one: both must take the files.
VERSIONS = ("1.31", "1.34")
#: What builds the files here; empty where there is neither.
KUSTOMIZE = (
    ["kubectl", "kustomize"] if shutil.which("kubectl") else ["kustomize", "build"] * bool(shutil.which("kustomize"))
)
#: The end of a worker beyond its grace: the fleet's two seconds, and Python's.
SPARE = 5


def built(folder):
    """The objects that kustomize makes of a folder; without it, those that tests/kustomize.py does."""
    return kustomized(folder) if KUSTOMIZE else kustomize.build(folder)


def kustomized(folder):
    clean = {**os.environ, "KUBECONFIG": os.devnull}
    done = subprocess.run([*KUSTOMIZE, folder], capture_output=True, text=True, check=False, env=clean)
    assert done.returncode == 0, done.stderr
    return list(yaml.safe_load_all(done.stdout))


@pytest.fixture(scope="module", params=OVERLAYS)
def objects(request):
    return built(KUBERNETES / "overlays" / request.param)


@pytest.fixture(scope="module")
def everything():
    return built(KUBERNETES / "overlays" / "everything")


def written():
    """Every object as it stands in a file: partial ones, which only patches are, aside."""
    for path in sorted(KUBERNETES.rglob("*.yaml")):
        for one in yaml.safe_load_all(path.read_text()):
            if one["kind"] not in ("Kustomization", "Component") and one["metadata"]["name"] != "every":
                yield pytest.param(one, id=f"{path.stem}-{one['kind']}-{one['metadata']['name']}")


def check(one):
    """Raise unless the object is valid: no unknown field, nothing missing, no wrong type."""
    if one["apiVersion"].startswith("keda.sh/"):
        _check_keda(one)
    else:
        for version in VERSIONS:
            kubernetes_validate.validate(one, version, strict=True)


def _check_keda(one):
    from cloudcoil.models.keda import v1alpha1 as keda  # noqa: PLC0415  (a second's import)

    model = getattr(keda, one["kind"]).model_validate(one)
    kept = model.model_dump(by_alias=True, exclude_unset=True, mode="json")
    assert kept["spec"] == one["spec"], "a field that KEDA does not know"


@pytest.mark.parametrize("one", list(written()))
def test_each_file_is_valid_as_it_stands(one):
    """Kubernetes' schemas, or KEDA's, accept it strictly."""
    check(one)


def test_what_is_built_is_valid(objects):
    """And so do they what the overlays make of the files."""
    for one in objects:
        check(one)


def unordered(thing):
    """Objects of a list in an order of their own, and names without their hash: what Kubernetes does not look at."""
    if isinstance(thing, dict):
        return {key: unordered(value) for key, value in thing.items()}
    if isinstance(thing, list):
        return sorted(map(unordered, thing), key=lambda one: json.dumps(one, sort_keys=True) * isinstance(one, dict))
    return re.sub(r"^settings-\w{10}$", "settings", thing) if isinstance(thing, str) else thing


@pytest.mark.skipif(not KUSTOMIZE, reason="no kubectl and no kustomize here: the other tests use tests/kustomize.py")
@pytest.mark.parametrize("overlay", OVERLAYS)
def test_kustomize_makes_of_the_files_what_we_do(overlay):
    """Where it is missing, its place is taken by something that gives the same."""
    folder = KUBERNETES / "overlays" / overlay

    assert unordered(kustomized(folder)) == unordered(kustomize.build(folder))


def test_an_unknown_word_is_refused(tmp_path):
    """A kustomization that uses more than our builder knows is not built by half."""
    (tmp_path / "kustomization.yaml").write_text("kind: Kustomization\nnamePrefix: a-\n")

    with pytest.raises(ValueError, match="namePrefix"):
        kustomize.build(tmp_path)


def test_the_check_finds_what_is_wrong(everything):
    """A misspelt field is refused in an object of either kind: the validators validate."""
    wrong = [one for one in everything if one["kind"] in ("Deployment", "ScaledObject")]
    for one in wrong:
        with pytest.raises((AssertionError, ValueError, kubernetes_validate.ValidationError)):
            check({**one, "spec": {**one["spec"], "replica": 1}})


def kinds(objects, kind):
    return {one["metadata"]["name"]: one for one in objects if one["kind"] == kind}


def test_each_stage_has_its_parts(everything):
    """A Deployment that works it, a budget and a scaler on its queue, and none for what is no stage."""
    deployed, budgets, scaled = (kinds(everything, k) for k in ("Deployment", "PodDisruptionBudget", "ScaledObject"))

    assert set(deployed) == {*NAMES, "gateway", "desk"}
    assert set(budgets) == {*NAMES, "gateway"}
    assert set(scaled) == set(NAMES)
    for stage in NAMES:
        assert container(deployed[stage])["args"] == ["work", stage]
        lists, ages = (trigger["metadata"] for trigger in scaled[stage]["spec"]["triggers"])
        assert lists["listName"] == f"rq:queue:{stage}"
        assert ages["query"] == f'max(wiredesk_queue_oldest_seconds{{stage="{stage}"}})'


def container(deployment):
    (one,) = deployment["spec"]["template"]["spec"]["containers"]
    return one


def test_pods_are_locked_down(objects):
    """No root, no rights, a read-only system, no token of the cluster."""
    for one in objects:
        if one["kind"] in ("Deployment", "StatefulSet"):
            pod, held = one["spec"]["template"]["spec"], container(one)["securityContext"]
            assert pod["securityContext"]["runAsNonRoot"]
            assert pod["automountServiceAccountToken"] is False
            assert held["readOnlyRootFilesystem"]
            assert held["capabilities"] == {"drop": ["ALL"]}


def test_a_stopping_worker_has_its_grace(everything):
    """The cluster waits for longer than a worker may take to finish its batch."""
    for stage in NAMES:
        pod = kinds(everything, "Deployment")[stage]["spec"]["template"]["spec"]

        assert pod["terminationGracePeriodSeconds"] >= Settings().grace + SPARE


def test_policies_choose_pods_that_exist(everything):
    """A label that was changed in one place is changed in all."""
    pods = [one["spec"]["template"]["metadata"]["labels"] for one in everything if "template" in one.get("spec", {})]
    chosen = [one["spec"].get("selector") or one["spec"].get("podSelector") for one in everything
              if one["kind"] in ("PodDisruptionBudget", "NetworkPolicy", "Deployment", "StatefulSet")]  # fmt: skip
    for selector in chosen:
        wanted = (selector or {}).get("matchLabels", {}).items()
        assert any(wanted <= labels.items() for labels in pods), selector


def test_a_gateway_leaves_before_it_closes(everything):
    """It serves on until the cluster sends it nothing more, and its grace holds that and the end of its requests."""
    gateway = kinds(everything, "Deployment")["gateway"]
    pause = int(container(gateway)["lifecycle"]["preStop"]["exec"]["command"][1])

    assert gateway["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] > pause + 20


def test_callbacks_reach_public_addresses_alone(tmp_path):
    """With the component the gateway has its secret and may leave the cluster, but not for a private network."""
    base, component = (os.path.relpath(KUBERNETES / name, tmp_path) for name in ("base", "components/callbacks"))
    written = {"kind": "Kustomization", "namespace": "wiredesk", "resources": [base], "components": [component]}
    (tmp_path / "kustomization.yaml").write_text(yaml.safe_dump(written))
    objects = built(tmp_path)
    for one in objects:
        check(one)
    policy = kinds(objects, "NetworkPolicy")["callbacks"]["spec"]
    blocks = [ipaddress.ip_network(to["ipBlock"]["cidr"]) for to in policy["egress"][0]["to"]]
    kept = [ipaddress.ip_network(cidr) for cidr in policy["egress"][0]["to"][0]["ipBlock"]["except"]]

    assert "WIREDESK_CALLBACK_SECRET" in {e["name"] for e in container(kinds(objects, "Deployment")["gateway"])["env"]}
    for address in map(
        ipaddress.ip_address, ("10.1.2.3", "169.254.169.254", "192.168.0.1", "fd00::1", "fe80::1", "::1")
    ):
        assert not any(address in b for b in blocks) or any(address in k for k in kept), address
    assert any(ipaddress.ip_address("93.184.216.34") in b for b in blocks)
