import { useEffect, useRef, useState } from 'react'

/** Whole seconds left; 0 if no countdown runs. */
export function useCountdown(): { readonly seconds: number; readonly start: (seconds: number) => void } {
  const [until, setUntil] = useState(0)
  const [now, setNow] = useState(0)
  useEffect(() => {
    if (until === 0) return
    const timer = window.setInterval(() => {
      setNow(Date.now())
      if (Date.now() >= until) setUntil(0)
    }, 250)
    return () => window.clearInterval(timer)
  }, [until])
  return {
    seconds: until === 0 ? 0 : Math.max(0, Math.ceil((until - now) / 1000)),
    start: (seconds) => {
      setNow(Date.now())
      setUntil(Date.now() + seconds * 1000)
    },
  }
}

/** Counts down the delay that the server asked for, then calls `retry` once. */
export function useRetry(afterSeconds: number | undefined, retry: () => void): number {
  const [left, setLeft] = useState(afterSeconds ?? 0)
  const latest = useRef(retry)
  useEffect(() => {
    latest.current = retry
  })
  useEffect(() => {
    if (afterSeconds === undefined) return
    const until = Date.now() + afterSeconds * 1000
    const timer = window.setInterval(() => {
      const seconds = Math.max(0, Math.ceil((until - Date.now()) / 1000))
      setLeft(seconds)
      if (seconds > 0) return
      window.clearInterval(timer)
      latest.current()
    }, 250)
    return () => window.clearInterval(timer)
  }, [afterSeconds])
  return left
}
