"""Panels → Vega-Lite charts, and the library itself, ready to be put into the page."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

Record = Mapping[str, object]
Spec = dict[str, Any]

# Colours of the page's own style sheet, dark or light: of the Okabe-Ito kind, told apart by the colour-blind.
_SEVERITY = {"3": "var(--alert)", "2": "var(--main)", "1": "var(--calm)"}
_FONT = 'system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif'  # of the page: labels are measured in it
_QUIET = ("labelColor", "titleColor")
_AXIS = {
    **dict.fromkeys(_QUIET, "var(--soft)"),
    **dict.fromkeys(("gridColor", "domainColor", "tickColor"), "var(--line)"),
    **dict.fromkeys(("labelFont", "titleFont"), _FONT),
    **dict.fromkeys(("labelFontSize", "titleFontSize"), 12),
    "titleFontWeight": "normal",
    "titlePadding": 8,
}
_LEGEND = {
    "labelColor": "var(--ink)",
    "labelFont": _FONT,
    "labelFontSize": 13,
    "labelLimit": 320,
    "orient": "top",
    "title": None,
    "symbolType": "square",
    "columns": 1,
    "padding": 0,
    "offset": 10,
}
_CONFIG = {"background": None, "view": {"stroke": None}, "axis": _AXIS, "legend": _LEGEND}
_WHOLE = {"tickMinStep": 1, "tickCount": 5, "format": "~s"}  # numbers of an axis that counts
_GLOBALS = "window.vegaEmbed = vegaEmbed;"


@cache
def library() -> str:
    """Return Vega, Vega-Lite and Vega-Embed as one script that needs nothing else."""
    import vl_convert

    return str(vl_convert.javascript_bundle(_GLOBALS))


def columns_chart(values: Sequence[Record], names: Mapping[str, str], x_title: str, y_title: str) -> Spec:
    """Stack complaints by severity; a thin line shows the interval of each column's total.

    Args:
        values: One record for each column and severity: `label`, `severity`, `name`, `count`, `low`, `high`,
            `partial`, `tip` and `where`.
        names: Severity → what the legend calls it.
        x_title: What the columns are.
        y_title: What their height is.
    """
    colors = {"domain": [names[level] for level in _SEVERITY], "range": list(_SEVERITY.values())}
    bars = {
        "mark": {"type": "bar", "cursor": "pointer"},
        "encoding": {
            "x": _over_time(x_title),
            "y": {"field": "count", "type": "quantitative", "title": y_title, "axis": _WHOLE},
            "color": {"field": "name", "type": "nominal", "scale": colors},
            "order": {"field": "severity", "sort": "descending"},
            "opacity": {"condition": {"test": "datum.partial", "value": 0.5}, "value": 1},
            "tooltip": {"field": "tip"},
        },
    }
    whiskers = {
        "transform": [{"filter": "datum.severity == '3'"}],
        "mark": {"type": "rule", "color": "var(--ink)", "opacity": 0.55},
        "encoding": {"x": _over_time(x_title), "y": {"field": "low", "type": "quantitative"}, "y2": {"field": "high"}},
    }
    return _chart(values, [bars, whiskers], 230)


def share_chart(values: Sequence[Record], x_title: str, y_title: str) -> Spec:
    """Draw shares over time in the band of their intervals: `label`, `share`, `low`, `high`, `tip` and `where`."""
    x, color = _over_time(x_title), {"color": "var(--main)"}
    percent = {"type": "quantitative", "title": y_title, "axis": {"format": ".0%", "tickCount": 4}}
    y = {"field": "share", **percent}
    band = {"type": "area", "opacity": 0.16, **color}
    dots = {"type": "point", "filled": True, "size": 70, "opacity": 1, "cursor": "pointer", **color}
    return _chart(
        values,
        [
            {"mark": band, "encoding": {"x": x, "y": {"field": "low", **percent}, "y2": {"field": "high"}}},
            {"mark": {"type": "line", **color}, "encoding": {"x": x, "y": y}},
            {"mark": dots, "encoding": {"x": x, "y": y, "tooltip": {"field": "tip"}}},
        ],
        190,
    )


def bars_chart(values: Sequence[Record], x_title: str, y_title: str) -> Spec:
    """Draw plain columns: records with `label`, `count`, `tip` and `where`."""
    x = {"field": "label", "type": "ordinal", "sort": None, "title": x_title, "axis": {"labelAngle": 0}}
    y = {"field": "count", "type": "quantitative", "title": y_title, "axis": _WHOLE}
    mark = {"type": "bar", "color": "var(--main)", "cursor": "pointer"}
    return _chart(values, [{"mark": mark, "encoding": {"x": x, "y": y, "tooltip": {"field": "tip"}}}], 190)


def _over_time(title: str) -> Spec:
    axis = {"labelAngle": 0, "labelOverlap": "greedy", "labelSeparation": 12}
    return {"field": "label", "type": "ordinal", "sort": None, "title": title, "axis": axis}


def _chart(values: Sequence[Record], layers: list[Spec], height: int) -> Spec:
    return {
        "width": "container",
        "height": height,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "data": {"values": list(values)},
        "config": _CONFIG,
        "layer": layers,
    }
