import { serveJobs } from '../threads/serve-jobs.ts'
import { ruleJobs } from './rule-jobs.ts'

serveJobs(ruleJobs)
