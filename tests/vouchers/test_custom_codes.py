"""Custom codes and imported lists."""

import pytest

from apps.vouchers import services
from apps.vouchers.errors import CodeTaken, InvalidCodes, ReasonMissing, VoucherNotFound
from apps.vouchers.models import Batch, Voucher
from apps.vouchers.services.custom_codes import MOST_IMPORTED
from tests.vouchers.factories import create_voucher, redeem, staff, terms

pytestmark = pytest.mark.django_db


def bring_in(now, text, **fields):
    return services.import_codes(text=text, terms=terms(**fields), reason="From the fair", by=staff(), now=now)


class TestCreateChosen:
    def test_is_shown_in_full_and_works_at_once(self, acme, now):
        voucher = create_voucher(now, code="Welcome-26")

        assert (voucher.masked, voucher.batch.origin) == ("WELCOME26", "chosen")
        assert redeem(acme, "welcome 26", now).code == "WELCOME26"

    def test_is_kept_as_it_is_redeemed_however_it_was_written(self, acme, now):
        create_voucher(now, code="\ufeffAutumn\u2011\u200b2026\u3000")

        assert redeem(acme, "autumn-2026", now).code == "AUTUMN2026"

    def test_is_free_of_the_rules_of_generated_codes(self, acme, now):
        create_voucher(now, code="0O1IL")

        assert redeem(acme, "0O1IL", now)

    @pytest.mark.parametrize("code", ["", "AB", "WELCOMÉ", "A" * 65, "=CMD()", "A_B_C", "code!"])
    def test_is_letters_and_digits(self, now, code):
        with pytest.raises(InvalidCodes):
            create_voucher(now, code=code)

        assert not Batch.objects.exists()

    @pytest.mark.parametrize(
        "again", ["WELCOME", "wel-come", " W E L C O M E ", "WEL\u200bCO\u2212ME", "\ufeffwel\u2011come\u3000"]
    )
    def test_exists_once_however_it_is_written(self, now, again):
        create_voucher(now)

        with pytest.raises(CodeTaken):
            create_voucher(now, code=again)


class TestImportCodes:
    def test_takes_one_code_per_line(self, acme, now):
        batch = bring_in(now, "ALPHA-1111\n\n beta\u200b \u22122222 \r\nGAMMA3333\n")

        assert (batch.origin, batch.code_count, batch.state) == ("imported", 3, "active")
        assert redeem(acme, "beta-2222", now).code == "BETA2222"

    def test_keeps_them_masked(self, now):
        bring_in(now, "ALPHA1111222")

        assert Voucher.objects.get().masked == "…1222"

    def test_says_before_what_it_would_do(self, now):
        create_voucher(now)
        preview = services.preview_import("welcome\nNEW-1\nnew1\nA\nsp€cial\nNEW-2")

        assert preview.fresh == ("NEW1", "NEW2")
        assert [(line.number, line.text) for line in preview.bad] == [(4, "A"), (5, "sp€cial")]
        assert (preview.repeated_count, preview.taken_count) == (1, 1)

    def test_leaves_out_what_exists_and_what_is_repeated(self, now):
        create_voucher(now)

        assert bring_in(now, "WELCOME\nNEW1\nNEW1").code_count == 1

    @pytest.mark.parametrize("text", ["", "\n \n", "A", "NEW1\nsp€cial", "WELCOME"])
    def test_refuses_a_list_with_nothing_new_or_something_wrong(self, now, text):
        create_voucher(now)

        with pytest.raises(InvalidCodes):
            bring_in(now, text)
        assert Batch.objects.count() == 1

    def test_leaves_out_a_heading_and_says_so(self, acme, now):
        assert services.preview_import("Code\nWREN-1001\nWREN-1002\n").heading == "Code"
        assert bring_in(now, "Code\nWREN-1001\nWREN-1002\n").code_count == 2
        with pytest.raises(VoucherNotFound):
            redeem(acme, "CODE", now)

    def test_names_every_bad_line(self, now):
        with pytest.raises(InvalidCodes) as refusal:
            bring_in(now, "WREN-1001\n01-Mar\nA\n1.23E+15\n")
        assert all(
            f"Line {number} ({text})" in refusal.value.detail
            for number, text in [
                (2, "01-Mar"),
                (3, "A"),
                (4, "1.23E+15"),
            ]
        )

    def test_refuses_a_list_that_is_too_long(self, now):
        with pytest.raises(InvalidCodes):
            bring_in(now, "\n".join(f"CODE{number}" for number in range(MOST_IMPORTED + 1)))

    def test_asks_why(self, now):
        with pytest.raises(ReasonMissing):
            services.import_codes(text="NEW1", terms=terms(), reason="", by=staff(), now=now)
