/* The table of the MIB that nothing is published for yet, of discharges: it has columns and no rows. */
#include "mib_tables.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---- btmsDischargeTable ---------------------------------------------------------------- */

static const struct mib_column discharge_columns[] = {
    {2,  "btmsDischargeState",             mib_none, 0},
    {3,  "btmsDischargeStartedAt",         mib_none, 0},
    {4,  "btmsDischargeEndedAt",           mib_none, 0},
    {5,  "btmsDischargeDuration",          mib_none, 0},
    {6,  "btmsDischargeCause",             mib_none, 0},
    {7,  "btmsDischargeUps",               mib_none, 0},
    {8,  "btmsDischargeStartVoltage",      mib_none, 0},
    {9,  "btmsDischargeEndVoltage",        mib_none, 0},
    {10, "btmsDischargeMinVoltage",        mib_none, 0},
    {11, "btmsDischargeDipVoltage",        mib_none, 0},
    {12, "btmsDischargePeakCurrent",       mib_none, 0},
    {13, "btmsDischargeCharge",            mib_none, 0},
    {14, "btmsDischargeStartSoc",          mib_none, 0},
    {15, "btmsDischargeEndSoc",            mib_none, 0},
    {16, "btmsDischargeLowestCell",        mib_none, 0},
    {17, "btmsDischargeLowestCellVoltage", mib_none, 0},
    {18, "btmsDischargeCellsLost",         mib_none, 0},
    {19, "btmsDischargeGaps",              mib_none, 0},
};

const struct mib_table mib_discharge = {
    "btmsDischargeTable",    {10, 1, 1},
        3, 3, mib_no_rows, discharge_columns,
    COUNT(discharge_columns)
};

/* The scalars beside it. */
static bool scalars_from(struct mib *m, const uint32_t index[MIB_INDEXES_MAX], struct mib_row *ret)
{
    (void)m;
    *ret = (struct mib_row){.index = {0}};
    return index[0] == 0;
}

static const struct mib_column scalars[] = {
    {2, "btmsDischargeSize",       mib_none, 0},
    {3, "btmsDischargeLastChange", mib_none, 0},
};

const struct mib_table mib_discharge_scalars = {"btmsDischarge", {10},          1, 1, scalars_from,
                                                scalars,         COUNT(scalars)};
