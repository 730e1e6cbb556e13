"""A layer that the engine itself doubts leaves its theme undecided, and the rest is answered."""

from geo.errors import EngineDisagreementError
from geo.overlay import LayerStack
from sample_data.expectation import Variant
from services.domain.verdict import Reason, State
from services.sample_workspace import request_for
from services.siting.check import check_sites


def test_a_doubted_layer_is_failed_and_never_green(manifest, workspace_for, monkeypatch):
    measured = LayerStack.areas

    def doubting(stack, sites):
        if "eco_redline" in stack._names:
            raise EngineDisagreementError(layer="eco_redline", site=0)
        return measured(stack, sites)

    monkeypatch.setattr(LayerStack, "areas", doubting)
    (result,) = check_sites(
        request_for(manifest.site("01"), manifest), workspace_for(Variant())
    ).results
    assert result.verdict is State.UNDECIDED
    assert ("eco_redline", Reason.FAILED) in {(g.role, g.reason) for g in result.not_checked}
