import { beside, GITHUB, GITLEAKS, PROVIDER, token, TRUFFLEHOG, type SecretFormat } from '../secret-format.ts'
import { ALNUM, BASE64URL, HEX, LOWER, UUID_BODY } from './characters.ts'

/** Model providers and their tools. */
export const AI_FORMATS: readonly SecretFormat[] = [
  beside('voyage_key', 'Voyage AI key', ['voyage'], `pa-${BASE64URL}{43}`, PROVIDER),
  token('openai_key', 'OpenAI API key, and others that begin with `sk-`', ['sk-'], `${BASE64URL}{20,}`, GITLEAKS, {
    prefix: 'sk-(?:(?:proj|svcacct|admin|None)-)?(?!ant-|or-|lf-)',
    isWordLike: true,
    sure: (secret) => /\d/.test(secret),
  }),
  token('anthropic_key', 'Anthropic API key', ['sk-ant-'], `${BASE64URL}{20,}`, GITLEAKS),
  token('openrouter_key', 'OpenRouter API key', ['sk-or-'], `${BASE64URL}{20,}`, TRUFFLEHOG),
  token('langfuse_key', 'Langfuse secret key', ['sk-lf-'], UUID_BODY, TRUFFLEHOG),
  token('xai_key', 'xAI API key', ['xai-'], `${ALNUM}{60,}`, TRUFFLEHOG),
  token('groq_key', 'Groq API key', ['gsk_'], `${ALNUM}{30,}`, TRUFFLEHOG),
  token('perplexity_key', 'Perplexity API key', ['pplx-'], `${ALNUM}{30,}`, GITLEAKS),
  token('hugging_face_token', 'Hugging Face token', ['hf_', 'api_org_'], `${ALNUM}{30,}`, GITLEAKS),
  token('replicate_token', 'Replicate API token', ['r8_'], `${BASE64URL}{30,}`, TRUFFLEHOG),
  token('nvidia_key', 'NVIDIA API key', ['nvapi-'], `${BASE64URL}{60,}`, TRUFFLEHOG),
  token('cerebras_key', 'Cerebras API key', ['csk-'], `${LOWER}{40,}`, PROVIDER),
  token('together_key', 'Together AI key', ['tgp_v1_'], `${BASE64URL}{40,}`, PROVIDER),
  token('fireworks_key', 'Fireworks AI key', ['fw_'], `${ALNUM}{22,24}`, TRUFFLEHOG, {
    end: ALNUM,
    isWordLike: true,
    sure: (secret) => /\d/.test(secret) && /[A-Z]/.test(secret),
  }),
  token('elevenlabs_key', 'ElevenLabs API key', ['sk_'], `${HEX}{48}`, TRUFFLEHOG, { end: ALNUM }),
  token('langsmith_key', 'LangSmith API key', ['lsv2_pt_', 'lsv2_sk_'], `${HEX}{32}_${HEX}{10}`, TRUFFLEHOG),
  token('tavily_key', 'Tavily API key', ['tvly-'], '[A-Za-z0-9-]{28,}', TRUFFLEHOG),
  token('firecrawl_key', 'Firecrawl API key', ['fc-'], `${HEX}{32}`, PROVIDER, { end: ALNUM, isWordLike: true }),
  token('jina_key', 'Jina AI key', ['jina_'], `${BASE64URL}{50,}`, TRUFFLEHOG),
  token('pinecone_key', 'Pinecone API key', ['pcsk_'], '[A-Za-z0-9_]{50,}', GITHUB),
  token('e2b_key', 'E2B API key', ['e2b_'], `${HEX}{40}`, PROVIDER),
  token('wandb_key', 'Weights & Biases API key', ['wandb_v1_'], `${BASE64URL}{40,}`, PROVIDER),
  beside('wandb_older_key', 'Weights & Biases key of the older format', ['wandb'], `${HEX}{40}`, TRUFFLEHOG, {
    name: 'wandb_key',
  }),
  beside('cohere_key', 'Cohere API key', ['cohere', 'co_api_key'], `${ALNUM}{40}`, GITLEAKS),
  beside('mistral_key', 'Mistral AI key', ['mistral'], `${ALNUM}{32}`, TRUFFLEHOG),
  token('anyscale_key', 'Anyscale key', ['esecret_'], `${ALNUM}{26,}`, PROVIDER),
  token('helicone_key', 'Helicone API key', ['sk-helicone-'], '[a-z0-9-]{20,}', PROVIDER),
]
