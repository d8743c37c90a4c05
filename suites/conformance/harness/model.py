"""Checks an answer's JSON strictly against the public X-Ray model that botocore carries.

Clients are lenient: they drop members they do not know and guess at types. This does not.
"""

from botocore.loaders import Loader
from botocore.model import ServiceModel

STRING = (str,)
NUMBER = (int, float)
INTEGER = (int,)
BOOLEAN = (bool,)

TYPES = {
    "string": STRING,
    "integer": INTEGER,
    "long": INTEGER,
    "double": NUMBER,
    "float": NUMBER,
    "timestamp": NUMBER,
    "boolean": BOOLEAN,
}

MODEL = ServiceModel(Loader().load_service_model("xray", "service-2"), "xray")


def check_answer(operation, body):
    """Fails with every difference between the body of a success answer and the model."""
    problems = differences(operation, body)
    assert not problems, f"{operation} answered outside the model: " + "; ".join(problems[:10])


def differences(operation, body):
    shape = MODEL.operation_model(operation).output_shape
    return list(walk(shape, body, operation))


def path_of(operation):
    return MODEL.operation_model(operation).http["requestUri"]


def walk(shape, value, place):
    match shape.type_name:
        case "structure":
            yield from walk_structure(shape, value, place)
        case "list":
            if not isinstance(value, list):
                yield f"{place}: expected a list, found {value!r}"
                return
            for index, element in enumerate(value):
                yield from walk(shape.member, element, f"{place}[{index}]")
        case "map":
            if not isinstance(value, dict):
                yield f"{place}: expected a map, found {value!r}"
                return
            for key, element in value.items():
                yield from walk(shape.key, key, f"{place} key")
                yield from walk(shape.value, element, f"{place}.{key}")
        case scalar:
            yield from walk_scalar(shape, TYPES[scalar], value, place)


def walk_structure(shape, value, place):
    if not isinstance(value, dict):
        yield f"{place}: expected an object, found {value!r}"
        return
    for name in sorted(shape.required_members):
        if name not in value:
            yield f"{place}.{name}: required, but missing"
    for name, element in value.items():
        if name in shape.members:
            yield from walk(shape.members[name], element, f"{place}.{name}")
        else:
            yield f"{place}.{name}: not in the model"


def walk_scalar(shape, types, value, place):
    # A bool is an int to Python, never to the model.
    if not isinstance(value, types) or (isinstance(value, bool) and types is not BOOLEAN):
        yield f"{place}: expected {shape.type_name}, found {value!r}"
        return
    allowed = getattr(shape, "enum", None)
    if allowed and value not in allowed:
        yield f"{place}: {value!r} is none of {sorted(allowed)}"
