/** A model that may answer, with the name it is known by. */
import type { LanguageModel } from "./language-model.ts";

export interface ModelCandidate {
  name: string;
  model: LanguageModel;
  /** Follows rules instead of a model; never stands in for one that is only configured wrongly. */
  isSimulated: boolean;
}
