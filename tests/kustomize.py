"""What `kustomize build` makes of deploy/kubernetes, for machines that have neither kustomize nor kubectl.

It knows what our files use and refuses every other word; where there is a kubectl, tests/test_kubernetes.py holds it to
what that makes of them. A generated ConfigMap keeps its plain name, without the hash of its content.
"""

from __future__ import annotations

import copy
import re

import yaml

#: Words of a kustomization that are known here.
WORDS = {
    "apiVersion", "kind", "namespace", "labels", "resources", "components", "configMapGenerator", "generatorOptions",
    "images", "patches",
}  # fmt: skip
#: By what the objects of a list are told apart when it is patched (Kubernetes' patchMergeKey).
KEYS = {
    "containers": "name", "env": "name", "volumes": "name", "volumeMounts": "mountPath",
    "topologySpreadConstraints": "topologyKey", "ports": "containerPort",
}  # fmt: skip
#: Where labels are added: to be made if need be, and only where there are some.
MADE = {
    "Deployment": ("spec/selector/matchLabels", "spec/template/metadata/labels"),
    "StatefulSet": (
        "spec/selector/matchLabels", "spec/template/metadata/labels", "spec/volumeClaimTemplates/metadata/labels",
    ),
    "Service": ("spec/selector",),
}  # fmt: skip
THERE = {
    "Deployment": ("spec/template/spec/topologySpreadConstraints/labelSelector/matchLabels",),
    "PodDisruptionBudget": ("spec/selector/matchLabels",),
    "NetworkPolicy": (
        "spec/podSelector/matchLabels", "spec/ingress/from/podSelector/matchLabels",
        "spec/egress/to/podSelector/matchLabels",
    ),
}  # fmt: skip


def build(folder):
    """The objects of a folder with a kustomization.yaml. Raises ValueError for a word that is not known here."""
    return _built(folder, [])


def _built(folder, before):
    """`before`: what a component is laid over."""
    made = yaml.safe_load((folder / "kustomization.yaml").read_text())
    if unknown := set(made) - WORDS:
        raise ValueError(f"{folder}: {sorted(unknown)} is not known to tests/kustomize.py: add it there")
    objects = list(before)
    for name in made.get("resources", ()):
        objects += _resource(folder / name)
    for name in made.get("components", ()):
        objects = _built((folder / name).resolve(), objects)
    for wanted in made.get("configMapGenerator", ()):
        _generate(objects, wanted, folder)
    for patch in made.get("patches", ()):
        _patch(objects, patch, folder)
    for one in objects:
        _name_space(one, made.get("namespace"))
        _label(one, {k: v for group in made.get("labels", ()) for k, v in group["pairs"].items()})
        _choose_image(one, made.get("images", ()))
    return objects


def _resource(path):
    path = path.resolve()
    if path.is_dir():
        return build(path)
    return [one for one in yaml.safe_load_all(path.read_text()) if one]


def _generate(objects, wanted, folder):
    data = {}
    for name in wanted.get("envs", ()):
        lines = (line.strip() for line in (folder / name).read_text().splitlines())
        data |= dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    data |= dict(line.split("=", 1) for line in wanted.get("literals", ()))
    data |= {name: (folder / name).read_text() for name in wanted.get("files", ())}
    if wanted.get("behavior") == "merge":
        (known,) = (one for one in objects if (one["kind"], one["metadata"]["name"]) == ("ConfigMap", wanted["name"]))
        known["data"] |= data
    else:
        objects.append({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": wanted["name"]}, "data": data})


def _patch(objects, patch, folder):
    written = patch.get("patch") or (folder / patch["path"]).read_text()
    change = yaml.safe_load(written)
    chosen = [one for one in objects if _is_target(one, patch["target"])]
    for one in chosen:
        if isinstance(change, list):
            for step in change:
                _step(one, step)
        else:
            _merge(one, {k: v for k, v in change.items() if k not in ("apiVersion", "kind", "metadata")})


def _is_target(one, target):
    labels = one["metadata"].get("labels", {}).items()
    wanted = dict(pair.split("=") for pair in target.get("labelSelector", "").split(",") if pair)
    return (
        target.get("kind", one["kind"]) == one["kind"]
        and re.fullmatch(target.get("name", ".*"), one["metadata"]["name"]) is not None
        and wanted.items() <= labels
    )


def _step(one, step):
    """One operation of a JSON patch (RFC 6902)."""
    *way, last = (part.replace("~1", "/").replace("~0", "~") for part in step["path"].split("/")[1:])
    for part in way:
        one = one[int(part)] if isinstance(one, list) else one[part]
    match step["op"], one:
        case "add", list():
            one.insert(len(one) if last == "-" else int(last), step["value"])
        case "add" | "replace", dict() if step["op"] == "add" or last in one:
            one[last] = step["value"]
        case "remove", dict():
            del one[last]
        case _:
            raise ValueError(f"{step} is not known to tests/kustomize.py: add it there")


def _merge(into, change):
    """A strategic merge: maps by key, lists of KEYS by what tells their objects apart, all else is replaced."""
    for word, value in change.items():
        known = into.get(word)
        if isinstance(value, dict) and isinstance(known, dict):
            _merge(known, value)
        elif word in KEYS and isinstance(known, list):
            by = {one[KEYS[word]]: one for one in known}
            for one in value:
                if one[KEYS[word]] in by:
                    _merge(by[one[KEYS[word]]], one)
                else:
                    known.append(copy.deepcopy(one))
        else:
            into[word] = copy.deepcopy(value)


def _name_space(one, space):
    if space and one["kind"] == "Namespace":
        one["metadata"]["name"] = space
    elif space:
        one["metadata"]["namespace"] = space


def _label(one, labels):
    if not labels:
        return
    _add(one, "metadata/labels".split("/"), labels, make=True)
    for make, places in ((True, MADE), (False, THERE)):
        for place in places.get(one["kind"], ()):
            _add(one, place.split("/"), labels, make=make)


def _add(one, way, labels, *, make):
    if isinstance(one, list):
        for each in one:
            _add(each, way, labels, make=make)
    elif not way:
        one |= labels
    elif way[0] in one or (make and way[0] in ("labels", "matchLabels")):
        _add(one.setdefault(way[0], {}), way[1:], labels, make=make)


def _choose_image(one, images):
    for held in one.get("spec", {}).get("template", {}).get("spec", {}).get("containers", ()):
        for image in images:
            if held["image"].partition(":")[0] == image["name"]:
                held["image"] = f"{image['newName']}:{image['newTag']}"
