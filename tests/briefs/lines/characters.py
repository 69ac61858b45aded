"""Lines for the rules on characters: found at the mark, or left alone."""

FOUND = {
    "text-misleading": [
        "The minister said ¦\u202eon\u202c.",
        "The minister said ¦\u2066no\u2069.",
        "The minister¦\u200e said no.",
        "`if ¦\u202eadmin`",
        "The minister¦\U000e0041 said no.",
        "### Mini¦\u202esters\n\nThey said no.",
    ],
    "character-invisible": [
        "The ferry¦\u200bman waits.",
        "The ferry¦\u00adman waits.",
        "The ferry¦\ufeffman waits.",
        "The ferry¦\u2060man waits.",
        "The ferry¦\u200dman waits.",
        "The ferry¦\u200d⚖ waits.",
        "The ⚖¦\u200dferry waits.",
        "- **Fer\u00adry:** The ¦\u200bferry waits.",
        "### Ferry¦\u200bmen\n\nThey wait.",
    ],
    "title-confusable": [
        "### ¦\u041eutlook",
        "- **Outl¦\u043eok:** Rain falls.",
        "### Rec¦\u043emmendation",
        "**¦\u0391sia:** Rain falls.",
    ],
    "letters-mixed": [
        "The ¦rec\u043emmendation went unheard.",
        "The ministers of ¦\u0421hina met.",
        "It met ¦\u039fmega's heirs.",
        "| Who | Where |\n|---|---|\n| ¦P\u0435ter | Horta |",
    ],
    "letters-odd": [
        "The ferry to S¦a\u0303o Jorge.",
        "The ¦\ufb01nance ministry.",
        "The ¦e\u0301lan of it.",
        "The of¦\ufb03ce of the mayor.",
        "The word ¦\u1112\u1161\u11ab names a people.",
        "The length is 5 ¦\u212b.",
    ],
    "text-garbled": [
        "The ferry to S¦\ufffdo Jorge.",
        "Portugal¦â€™s ferry.",
        "S¦Ã£o Jorge.",
        "Costs of ¦Â£3 a head.",
        "¦\uf0b7 Faial",
    ],
}
ALONE = {
    "text-misleading": [
        "The paper \u200eالأهرام\u200e wrote of it.",
        "The minister said “no” – twice.",
        "The café of Sines.",
    ],
    "character-invisible": [
        "The Persian word می\u200cخواهم is a verb.",
        "The sign 👩\u200d⚖\ufe0f stands for a judge.",
        "It took 5\u00a0percent in 2024.",
        "- **Fer\u00adry:** The ferry waits.",
        "The quay of São Jorge.",
    ],
    "title-confusable": [
        "### Outlook",
        "### Кризис",
        "- **Ελλάδα:** Rain falls.",
        "### The Straße of São Jorge",
    ],
    "letters-mixed": [
        "The word Крим names a peninsula.",
        "The word Ελλάδα names a country.",
        "The μm is short, and TNFα is a protein.",
        "### Rec\u043emmendation\n\nIt went unheard.",
        "- **Rec\u043emmendation:** It went unheard.",
        "The quay of São Jorge.",
    ],
    "letters-odd": [
        "The quay of São Jorge.",
        "The élan of it, and the œuvre.",
        "The word 한국 names a country.",
        "It costs ½ of it.",
    ],
    "text-garbled": [
        "The quay of São Jorge.",
        "CHÂTEAU and SÃO JORGE are in capitals.",
        "The “PÃ” and the «Ã» are letters.",
        "It cost £3 – not €3 – a head.",
    ],
}
