import { serveJobs } from '../threads/serve-jobs.ts'
import { judgeJobs } from './judge-jobs.ts'

serveJobs(judgeJobs, 'ordinary')
