/* dga_score.c - the built-in model's word on a label. */
#include "detect/dga.h"
#include "detect/dga_model.h"

double dga_score(struct str label)
{
    float features[DGA_FEATURES];
    if (label.len == 0)
        return 0;
    dga_features(&dga_model_built_in, label, features);
    double weight = (double)dga_weigh(&dga_model_built_in, features);
    double score = 0.5 * (1 + weight / (1 + (weight < 0 ? -weight : weight)));
    return label.len < DGA_LABEL_LEAST && score > 0.49 ? 0.49 : score;
}
