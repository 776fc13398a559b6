/* See topology.h: the devices of the hardware table, and what is public about their consumption. */
#include "core/topology.h"

#include <strings.h>

#define BM_GW_LINE                                                                                 \
    "hardware table, BM-GW: \"1 per up to 32 strings; all strings of one UPS should sit "          \
    "on the same BM-GW; at most 32 BM-SS and 1 BM-MC\""
#define BM_SS_LINE "hardware table, BM-SS: \"1 per string; at most 120 BM-CS\""
#define BM_HS_LINE                                                                                 \
    "hardware table, BM-HS: \"1 per string; type chosen by the string's maximum current: "         \
    "100, 200, 400, 800, 1000 A\""
#define BM_CS_LINE                                                                                 \
    "hardware table, BM-CS: \"1 per battery; 2 V, 6 V or 12 V kind by battery voltage\""
#define PS_60_24_LINE                                                                              \
    "hardware table, PS-60-24: \"1 per BTMS; may feed several devices while the sum of "           \
    "their consumption is within its rating\""
#define PS_30_12_LINE                                                                              \
    "hardware table, PS-30-12: \"1 per BM-GW; may feed several devices while the sum of "          \
    "their consumption is within its rating\""
#define BM_MC_LINE                                                                                 \
    "hardware table, BM-MC: \"1 per up to 32 strings; at most 32 BM-TH, 4 BM-LC, 1 "               \
    "BM-HMI\""
#define BM_C_A1_LINE                                                                               \
    "hardware table, BM-C-A1: \"1 per up to 32 strings; = BM-MC + CAD-232-A2-IQ + "                \
    "software\""
#define CAD_LINE "hardware table, CAD-232-A2-IQ: \"1 per BM-HMI; needs BM-MC\""
#define COM_LINE                                                                                   \
    "hardware table, COM-PGM: \"1 per up to 16 units, a second one for up to 32\" (units: "        \
    "the table says BM-CS, BM-GS is applied)"
#define BM_LC_LINE                                                                                 \
    "hardware table, BM-LC: \"1 per up to 8 strings; needs BM-MC; at most 4 per BM-MC\""
#define BM_TH_LINE "hardware table, BM-TH: \"1 per string; needs BM-MC; at most 32 per BM-MC\""
#define BM_GS_LINE "hardware table, BM-GS: \"1 per string; needs BM-MC and BM-COM\""
#define BM_HMI_LINE                                                                                \
    "hardware table, BM-HMI: \"1 per up to 32 strings; needs BM-C-A1; 1 per BM-C-A1\""
#define BM_AG_LINE                                                                                 \
    "hardware table, BM-AG: \"1 per data centre; needed when there are several BM-GW; any "        \
    "number of BM-GW\""
#define TH_MC_LINE "hardware table, TH-MC: \"1 per up to 120 sensors\""
#define TM_C_A1_LINE                                                                               \
    "hardware table, TM-C-A1: \"1 per up to 120 sensors; = TH-MC + CAD-232-A2-IQ + "               \
    "software\""

const struct topo_device_row topo_devices[TOPO_DEVICES] = {
    [TOPO_BM_GW] = {"BM-GW",         NULL,     "IoT gateway",                     BM_GW_LINE,    0    },
    [TOPO_BM_SS] = {"BM-SS",         NULL,     "string master",                   BM_SS_LINE,    0    },
    [TOPO_BM_HS] = {"BM-HS",         NULL,     "Hall sensor",                     BM_HS_LINE,    0    },
    [TOPO_BM_CS] = {"BM-CS",         NULL,     "cell sensor",                     BM_CS_LINE,    0    },
    [TOPO_PS_60_24] = {"PS-60-24",      NULL,     "60 W 24 V supply",                PS_60_24_LINE, 60000},
    [TOPO_PS_30_12] = {"PS-30-12",      NULL,     "30 W 12 V supply of a BM-GW",     PS_30_12_LINE, 30000},
    [TOPO_BM_MC] = {"BM-MC",         NULL,     "master controller",               BM_MC_LINE,    0    },
    [TOPO_BM_C_A1] = {"BM-C-A1",       NULL,     "controller set",                  BM_C_A1_LINE,  0    },
    [TOPO_CAD] = {"CAD-232-A2-IQ", "BM-CAD", "COM converter",                   CAD_LINE,      0    },
    [TOPO_COM] = {"COM-PGM",       "BM-COM", "COM module",                      COM_LINE,      0    },
    [TOPO_BM_LC] = {"BM-LC",         NULL,     "IO expansion",                    BM_LC_LINE,    0    },
    [TOPO_BM_TH] = {"BM-TH",         NULL,     "temperature and humidity sensor", BM_TH_LINE,    0    },
    [TOPO_BM_GS] = {"BM-GS",         NULL,     "insulation monitor",              BM_GS_LINE,    0    },
    [TOPO_BM_HMI] = {"BM-HMI",        NULL,     "local display",                   BM_HMI_LINE,   0    },
    [TOPO_BM_AG] = {"BM-AG",         NULL,     "aggregator",                      BM_AG_LINE,    0    },
    [TOPO_TH_MC] = {"TH-MC",         NULL,     "temperature/humidity controller", TH_MC_LINE,    0    },
    [TOPO_TM_C_A1] = {"TM-C-A1",       NULL,     "TH controller set",               TM_C_A1_LINE,  0    },
};

int topo_device_find(const char *code)
{
    for (int i = 0; i < TOPO_DEVICES; i++) {
        const struct topo_device_row *row = &topo_devices[i];

        if (strcasecmp(code, row->code) == 0 ||
            (row->alias != NULL && strcasecmp(code, row->alias) == 0))
            return i;
    }
    return -1;
}

const uint16_t topo_hall_ratings[] = {100, 200, 400, 800, 1000, 0};
const uint8_t topo_cell_voltages[] = {2, 6, 12, 0};

/* The vendor tells no other figure of a device of the table. (A BM-SM, the newer string master, takes
 * 4 W from PoE: it is in no table and on no supply of these.) */
const struct topo_figure topo_figures[] = {
    {TOPO_BM_CS, 0, "fed by the battery it measures (vendor's page of BM-CS)"},
};
const size_t topo_figure_count = sizeof(topo_figures) / sizeof(topo_figures[0]);
