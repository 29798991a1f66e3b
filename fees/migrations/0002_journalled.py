"""Grids and rows of VAT are subjects of the journal; what published versions and quotes rest on is kept by triggers."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('fees', '0001_initial'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='vatrate',
            name='vat_rate_is_frozen',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='vattreatment',
            name='vat_treatment_is_frozen',
        ),
        migrations.AddField(
            model_name='tariffgrid',
            name='journal_head',
            field=models.CharField(blank=True, default='', editable=False, max_length=64),
        ),
        migrations.AddField(
            model_name='tariffgrid',
            name='journal_seq',
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name='tariffgrid',
            name='moved_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='tariffgrid',
            name='state_since',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='vatrate',
            name='journal_head',
            field=models.CharField(blank=True, default='', editable=False, max_length=64),
        ),
        migrations.AddField(
            model_name='vatrate',
            name='journal_seq',
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name='vatrate',
            name='moved_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='vatrate',
            name='state_since',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='vattreatment',
            name='journal_head',
            field=models.CharField(blank=True, default='', editable=False, max_length=64),
        ),
        migrations.AddField(
            model_name='vattreatment',
            name='journal_seq',
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name='vattreatment',
            name='moved_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='vattreatment',
            name='state_since',
            field=models.DateTimeField(editable=False, null=True),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='tariffgrid',
            trigger=pgtrigger.compiler.Trigger(name='tariff_grid_is_settled', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF NEW.code IS DISTINCT FROM OLD.code OR ((NEW.owner_id IS DISTINCT FROM OLD.owner_id OR NEW.owner_code IS DISTINCT FROM OLD.owner_code OR NEW.owner_name IS DISTINCT FROM OLD.owner_name OR NEW.scope IS DISTINCT FROM OLD.scope OR NEW.currency IS DISTINCT FROM OLD.currency OR NEW.holder_is_public IS DISTINCT FROM OLD.holder_is_public OR NEW.billing IS DISTINCT FROM OLD.billing OR NEW.illustrative IS DISTINCT FROM OLD.illustrative OR NEW.for_comparison IS DISTINCT FROM OLD.for_comparison OR NEW.created_at IS DISTINCT FROM OLD.created_at OR NEW.created_by_id IS DISTINCT FROM OLD.created_by_id) AND EXISTS (SELECT 1 FROM fees_gridversion v WHERE v.grid_id = OLD.id AND v.published_at IS NOT NULL)) THEN RAISE EXCEPTION 'fees_tariffgrid: what published versions rest on never changes'; END IF; RETURN NEW;", hash='2b3ec8fa1cbecef66ceecbe847ceba5f02eb6998', operation='UPDATE', pgid='pgtrigger_tariff_grid_is_settled_26c9b', table='fees_tariffgrid', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='vatrate',
            trigger=pgtrigger.compiler.Trigger(name='vat_rate_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."approved_by_id" IS NOT NULL)', func="IF NEW.author_id IS DISTINCT FROM OLD.author_id OR NEW.entered_at IS DISTINCT FROM OLD.entered_at OR NEW.approved_by_id IS DISTINCT FROM OLD.approved_by_id OR NEW.approved_at IS DISTINCT FROM OLD.approved_at OR NEW.code IS DISTINCT FROM OLD.code OR NEW.rate IS DISTINCT FROM OLD.rate OR (NEW.valid IS DISTINCT FROM OLD.valid AND (upper(OLD.valid) IS NOT NULL OR lower(NEW.valid) <> lower(OLD.valid))) THEN RAISE EXCEPTION 'fees_vatrate: what was approved never changes'; END IF; RETURN NEW;", hash='8d59de2fddb6e84233e1abf9c51aff91e8148561', operation='UPDATE', pgid='pgtrigger_vat_rate_is_frozen_64bcd', table='fees_vatrate', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='vattreatment',
            trigger=pgtrigger.compiler.Trigger(name='vat_treatment_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."approved_by_id" IS NOT NULL)', func="IF NEW.author_id IS DISTINCT FROM OLD.author_id OR NEW.entered_at IS DISTINCT FROM OLD.entered_at OR NEW.approved_by_id IS DISTINCT FROM OLD.approved_by_id OR NEW.approved_at IS DISTINCT FROM OLD.approved_at OR NEW.profile IS DISTINCT FROM OLD.profile OR NEW.position IS DISTINCT FROM OLD.position OR NEW.category IS DISTINCT FROM OLD.category OR NEW.rate_code IS DISTINCT FROM OLD.rate_code OR NEW.condition IS DISTINCT FROM OLD.condition OR NEW.exemption_code IS DISTINCT FROM OLD.exemption_code OR NEW.mention_fr IS DISTINCT FROM OLD.mention_fr OR NEW.mention_en IS DISTINCT FROM OLD.mention_en OR (NEW.valid IS DISTINCT FROM OLD.valid AND (upper(OLD.valid) IS NOT NULL OR lower(NEW.valid) <> lower(OLD.valid))) THEN RAISE EXCEPTION 'fees_vattreatment: what was approved never changes'; END IF; RETURN NEW;", hash='1e723587223eb8775f2e48c306fb01e4bf2b6a0d', operation='UPDATE', pgid='pgtrigger_vat_treatment_is_frozen_15c76', table='fees_vattreatment', when='BEFORE')),
        ),
    ]
