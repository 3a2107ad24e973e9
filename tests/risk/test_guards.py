from pipeline.risk.guards import Case, guards_of


def case(conduct, **changed):
    return Case(conduct(**changed)[0], fault_reports=5)


def test_a_case_without_counter_evidence_is_not_held_back(conduct):
    assert guards_of(case(conduct)) == []


def test_one_rejected_complaint_among_many_upheld_is_enough_to_look(conduct):
    assert guards_of(case(conduct, closed=9, upheld=8)) == []
    assert guards_of(case(conduct, closed=9, upheld=9)) == ["all_upheld"]


def test_an_incident_begins_with_the_fifth_report(conduct):
    assert guards_of(case(conduct, incident_reports=4)) == []
    assert guards_of(case(conduct, incident_reports=5)) == ["known_incident"]
    assert guards_of(case(conduct, incident_reports=None)) == []


def test_every_guard_is_named(conduct):
    assert guards_of(case(conduct, closed=3, upheld=3, incident_reports=40)) == ["all_upheld", "known_incident"]
