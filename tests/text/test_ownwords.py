from pipeline.text.ownwords import own_words


def test_short_quotations_and_names_are_nobodys_words():
    text = "Ваш працівник Сергей Лебедев із «Быстрая доставка» кинув пакунок. Прикро!"
    assert own_words(text) == ["ваш", "працівник", "із", "кинув", "пакунок", "прикро"]
    assert own_words("ВЕРНИТЕ ДЕНЬГИ") == ["верните", "деньги"]
