import { createHash } from 'node:crypto';
import type { FieldIssue } from '../../domain/errors/app-error.ts';
import { parseTradeFile } from '../../domain/trade/parse-trade-file.ts';
import type { TradeFileRow } from '../../domain/trade/trade-file-row.ts';
import type { ApiAnswer, ApiClient } from './api-client.ts';
import { refusalsOf } from './refusals.ts';
